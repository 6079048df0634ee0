// Compiles a Kaitai Struct file: node compile_ksy.js FILE.ksy LANGUAGE FOLDER
//
// The compiler comes from npm as a library, so no Java is needed.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const compiler = require("kaitai-struct-compiler");
const yaml = require("js-yaml");

async function main([source, language, folder]) {
  const structure = yaml.load(fs.readFileSync(source, "utf8"));
  const imports = { importYaml: (name) => Promise.reject(new Error(`no imports: ${name}`)) };
  const files = await compiler.compile(language, structure, imports, false);
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), text);
    console.log(name);
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message ?? String(error));
  process.exitCode = 1;
});
