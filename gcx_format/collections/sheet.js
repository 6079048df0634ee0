"use strict";
// Only the cards in sight are in the document, so that ten thousand pictures scroll like ten.
// Everything from the data goes into text nodes and attributes, never into markup.
const all = JSON.parse(document.getElementById("data").textContent);
const [search, count, main, one] = ["search", "count", "pictures", "one"].map((id) => document.getElementById(id));
const height = all.some((each) => each.words) ? 254 : 206, gap = 12;  // without words no room for them
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const texts = all.map((each) => fold(each.path + " " + each.words));
let shown = all.map((_, number) => number), current = -1, columns = 1, width = 0;
const drawn = new Map();

function element(name, text, parent) {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
}

function facts(each) {
  return [each.size, each.taken].filter(Boolean).join(" · ");
}

function card(place) {
  const each = all[shown[place]], made = document.createElement("div");
  made.className = "card";
  made.setAttribute("role", "listitem");
  made.setAttribute("aria-posinset", place + 1);
  made.setAttribute("aria-setsize", shown.length);
  made.dataset.place = place;
  const picture = element("div", "", made);
  picture.className = "picture";
  if (each.picture) {
    const image = element("img", "", picture);
    image.alt = each.words || each.path;
    image.decoding = "async";
    image.src = each.picture;
  } else {
    element("small", "no picture", picture);
  }
  const text = element("div", "", made);
  made.title = each.path;
  element("b", each.path.split("/").pop(), text).dir = "auto";
  element("small", facts(each), text);
  element("span", each.words, text).dir = "auto";
  main.append(made);
  return made;
}

function draw() {
  const inside = main.clientWidth;
  columns = Math.max(1, Math.floor((inside + gap) / (200 + gap)));
  if (inside < 424 && inside > 280) columns = 2;
  width = (inside - gap * (columns - 1)) / columns;
  main.style.height = Math.ceil(shown.length / columns) * (height + gap) + "px";
  const above = window.scrollY - main.offsetTop;
  const first = Math.max(0, Math.floor(above / (height + gap)) - 2) * columns;
  const last = Math.min(shown.length, (Math.ceil((above + window.innerHeight) / (height + gap)) + 2) * columns);
  for (const [place, made] of drawn) {
    if (place < first || place >= last) {
      made.remove();
      drawn.delete(place);
    }
  }
  for (let place = first; place < last; place++) {
    const made = drawn.get(place) || card(place);
    drawn.set(place, made);
    const style = made.style;
    style.left = (place % columns) * (width + gap) + "px";
    style.top = Math.floor(place / columns) * (height + gap) + "px";
    style.width = width + "px";
    style.height = height + "px";
    made.classList.toggle("current", place === current);
  }
}

function find() {
  const wanted = fold(search.value).split(/\s+/).filter(Boolean);
  shown = [];
  texts.forEach((text, number) => {
    if (wanted.every((each) => text.includes(each))) shown.push(number);
  });
  current = -1;
  for (const made of drawn.values()) made.remove();
  drawn.clear();
  count.textContent = shown.length.toLocaleString("en") + " of " + all.length.toLocaleString("en");
  window.scrollTo(0, 0);
  draw();
}

function choose(place) {
  current = Math.min(Math.max(place, 0), shown.length - 1);
  const top = main.offsetTop + Math.floor(current / columns) * (height + gap);
  const head = document.querySelector("header").offsetHeight;
  if (top < window.scrollY + head) window.scrollTo(0, top - head - gap);
  if (top + height > window.scrollY + window.innerHeight) window.scrollTo(0, top + height + gap - window.innerHeight);
  draw();
}

function open(place) {
  if (place < 0 || place >= shown.length) return;
  current = place;
  const each = all[shown[place]], large = document.getElementById("large");
  large.hidden = !each.picture;
  large.src = each.picture || "";
  large.alt = each.words || each.path;
  document.getElementById("path").textContent = each.path;
  document.getElementById("facts").textContent = facts(each);
  document.getElementById("words").textContent = each.words;
  if (!one.open) one.showModal();
  draw();
}

const steps = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: () => -columns, ArrowDown: () => columns };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target === search) {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      main.focus({ preventScroll: true });
      choose(0);
    }
  } else if (event.key === "/" && !one.open) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key in steps) {
    event.preventDefault();
    choose(current < 0 ? 0 : current + steps[event.key]());
    if (one.open) open(current);
  } else if (event.key === "Enter" && !one.open) {
    open(current);
  }
});
main.addEventListener("click", (event) => {
  const made = event.target.closest(".card");
  if (made) open(Number(made.dataset.place));
});
search.addEventListener("input", find);
window.addEventListener("scroll", draw, { passive: true });
window.addEventListener("resize", draw);
find();
