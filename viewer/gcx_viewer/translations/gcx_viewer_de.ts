<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
 <context>
  <name>Badge</name>
  <message numerus="yes">
   <source>Painted by {model} from %n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message numerus="yes">
   <source>Painted by a model from %n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>Being painted, unfinished</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Words on a card</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>Preview from %n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
 </context>
 <context>
  <name>BeforeAndAfter</name>
  <message>
   <source>The photograph, and what is kept of it</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What is kept</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What is kept, roughly; looking for the best…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Photograph</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ByteBar</name>
  <message>
   <source>Bytes to scale</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>CachePage</name>
  <message>
   <source>Pictures that were painted</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Folder where pictures are kept</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>as the system has it</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Megabytes that kept pictures may take</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Folder:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>At m&amp;ost:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Counting…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Part of the cache that is used</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Now:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>C&amp;lear…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Remove all pictures that are kept</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What was painted once is shown again without asking a model. Where there is no more room, the picture that was not looked at for the longest time is removed.</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n picture(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message numerus="yes">
   <source>Remove %n picture(s)?</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>They were paid for. The .gcx files stay as they are, and having their pictures painted again costs again.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Canvas</name>
  <message>
   <source>Picture</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ChunkPicture</name>
  <message>
   <source>The bytes of the file, to scale</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>magic</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>header</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>checksum (CRC-32)</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>note</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>encoder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>SHA-256 of the original</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>words {coding}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>visual condition {coding}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>{name}: {size} from byte {offset}</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n of the container</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
 </context>
 <context>
  <name>Commands</name>
  <message>
   <source>Open Pictures</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pictures (*.gcx *.*)</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>gcx (*.gcx)</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Open Folder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Exported to {name}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Move to Trash</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Move “{name}” to the trash?</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>About gcx Viewer</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>gcx Viewer {version}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Shows photographs kept in some hundred bytes, and has them painted anew.</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>CompareView</name>
  <message>
   <source>Left picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Right picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Swap left and right</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Slider</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Blink</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A divider to drag, or to move by the arrow keys</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>One after the other, in the same place (B)</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source> ms</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>How long each picture is shown</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Add &amp;Original…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The photograph that was encoded; dropping it here does too</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Done</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Opening {name}…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Original Photograph</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Original</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Reconstruction</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Condition</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Condition, enlarged</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Measuring…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The two are equal, pixel for pixel.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>PSNR {psnr} dB   SSIM {ssim}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>(the original resized to {width} × {height}, Lanczos)</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>This is the very file that was encoded: its SHA-256 is the same.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>This is not the very file that was encoded: its SHA-256 differs.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The descriptor does not say which file was encoded; the proportions are right.</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ComparingStage</name>
  <message>
   <source>Comparison of two pictures</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>There is nothing to compare yet.</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>EncodeWindow</name>
  <message numerus="yes">
   <source>Have %n photograph(s) described?</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>{model} finds their words for about {cost} in all.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Describe and Save</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Encode Photographs</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Drop photographs here, or paste them</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What was pasted has no folder of its own: choose one</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Save As</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>gcx descriptors (*.gcx)</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Close without saving?</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>The words of %n photograph(s) would be lost.</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>Close &amp;Without Saving</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message>
   <source>Export Picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Format</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Quality</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Quality, as a number</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Draw a visible mark into a corner</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Format:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Quality:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Save As…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>AI-generated</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Not a photograph</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>No camera recorded these pixels. The file says so in its metadata (XMP, digital source type), whatever the format.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What the photograph says of itself (EXIF, XMP) is kept.</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Field</name>
  <message>
   <source>Set by the environment variable {name}, which comes first.</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>FolderField</name>
  <message>
   <source>C&amp;hoose…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Choose a folder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Choose a Folder</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>GeneratingPage</name>
  <message>
   <source>A picture that has not been painted yet</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What to do with a picture that has not been painted yet</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Ask me, and say what it costs</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Have it painted</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Show its preview only</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;When one is opened:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Trusted folders:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Models</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Model that calls the image tool</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Model that makes pictures</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>left to the server</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Model that finds words</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Aske&amp;d for pictures:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Paints them:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>De&amp;scribes photographs:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Left to the model</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Low</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Medium</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>High</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Quality of pictures</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Quality:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Unfinished pictures to show while one is painted</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Unfinished pictures:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>gcx's own setting “policy” is “{policy}”, and allows no more than that.</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>InformationPanel</name>
  <message>
   <source>Information</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Words</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Words in the file</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Copy Words</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pixels</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What every byte is for</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Checksums</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Copy as JSON</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>File</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>CRC-32</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>SHA-256 of the file</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>SHA-256 of the original</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>grey</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>colour</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Name</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Size</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bits per pixel</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Format</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>quality {index}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Condition</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Codec</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>none</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Note</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Encoder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>preview: the condition, enlarged</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>the words on a card</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>unfinished</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>painted by a model</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Kind</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Model</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Painted</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Cost</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Structure</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Took</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>KeyPage</name>
  <message>
   <source>Key for OpenAI's server</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Looking…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Where the key is</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Paste a key here</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A new key; it is not shown</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;New key:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>K&amp;eep in Keyring</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Remove from Keyring</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A key is set by the environment variable {name}, which comes first.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A key is in the file {file}. It would be safer in the keyring.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A key is in the keyring.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>No key is set: pictures can be previewed, but not painted.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The keyring does not let itself be read; is it locked?</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>This system has no keyring that a key could be kept in. Set the environment variable OPENAI_API_KEY instead, or start a keyring such as GNOME Keyring, KWallet or KeePassXC. The viewer never writes a key into a plain file.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Keys are kept in the keyring of this system ({name}), never in a plain file, and are never shown.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The settings cannot be read.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Remove the key from the keyring?</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pictures that are kept can still be shown. New ones need a key.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>MainWindow</name>
  <message>
   <source>gcx Viewer</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Open &amp;Recent</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Toolbar</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Copied</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>There is no picture in this folder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>This is the last picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>This is the first picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The file is gone; this is the last of it</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Encode…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Open</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Compare with This Picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Nothing Yet</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>MoneyPage</name>
  <message>
   <source>Limits</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>US dollars that may be spent a day</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>US dollars that a single call may cost</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A &amp;day:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A &amp;single call:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>No call is made that may go beyond these. They hold for the viewer, the gcx command and the Pillow plugin together; a day is one in UTC.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Today</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Looking…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Part of the daily limit that is spent</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>{spent} of {limit} spent or set aside</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>NoticeBar</name>
  <message>
   <source>Settings…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Enter a Key…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Change the Limit…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Notice</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Try Again</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Close this notice</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Close</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>OptionsPanel</name>
  <message>
   <source>Words</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Where the words come from</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>My own</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Found by a model</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>From the photograph's metadata</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>None</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;From:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Words of this photograph</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bytes of the words</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Describe</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Visual condition</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>AV1: small and quick</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>MS-ILLM: as in the paper</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>None: the words alone</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Codec of the visual condition</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Codec:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Quality of the visual condition</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Quality:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>How the size is given</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Standard rate</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bytes at most</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bits per pixel</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bytes that the visual condition may have</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bits per pixel that the file may have</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Si&amp;ze:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Keep the photograph's c&amp;hecksum</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>SHA-256 of the file, by which the photograph can be recognised; 34 bytes.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>These words cannot be kept: the text {why}</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n character(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>Found by {model}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The best that fits</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What the picture shows, as briefly as you can</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The model's words come here, for you to change</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>The photograph carries no words</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Sto&amp;p</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Describe, about {cost}</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Painting</name>
  <message>
   <source>Painting was cancelled</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A preview; Enter has it painted</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A preview: no key is set</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A preview: models are not to be asked</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A preview: the settings allow no generated pictures</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A preview: it has more pixels than are generated</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>To have pictures painted, the viewer needs a key for the model's server</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Panels</name>
  <message>
   <source>Information</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Variants</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>PhotographList</name>
  <message>
   <source>Photographs to encode</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Encoding…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Stopped</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Looking…</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>PhotographSide</name>
  <message>
   <source>&amp;Add…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Add photographs</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Take the selected photographs out</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Add Photographs</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pasted picture</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>PreviewPanel</name>
  <message>
   <source>Size of the file</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Bytes by their purpose</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>about {size}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>{rate} bits per pixel</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>words {bytes}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>words about {bytes}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>visual condition {bytes}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>overhead {bytes}</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Printing</name>
  <message>
   <source>{what}. Not a photograph: no camera recorded these pixels.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Print Picture</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Print Preview</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ProgressLine</name>
  <message>
   <source>Progress</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A picture is being painted</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Cancel</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>{model} is painting… {elapsed}, about {cost}</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>, draft %n</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
 </context>
 <context>
  <name>QuestionBar</name>
  <message>
   <source>Question</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Always for this folder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Paint</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Not Now</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Paint this picture with {model}? About {cost}</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message>
   <source>Folder for all files</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Beside the photographs</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A folder…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Save &amp;to:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Replace e&amp;xisting files</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Progress</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What was saved</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Open</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Open the files that were saved</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Sto&amp;p</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Stop saving</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Save As…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Save A&amp;ll</source>
   <translation type="unfinished" />
  </message>
  <message numerus="yes">
   <source>%n file(s) saved</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message numerus="yes">
   <source>%n failed</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message numerus="yes">
   <source>%n stopped</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>described for {cost}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Save To</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Saving</name>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation type="unfinished">
    <numerusform />
    <numerusform />
   </translation>
  </message>
  <message>
   <source>{size}, saved</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>SettingsDialog</name>
  <message>
   <source>Settings</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pages of settings</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Generating</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Money</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Key</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Cache</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Viewing</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Message</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ShortcutsWindow</name>
  <message>
   <source>Keyboard Shortcuts</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Search actions and keys</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Status</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>{index} of {count}</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ThumbnailGrid</name>
  <message>
   <source>Thumbnails of the folder</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ThumbnailModel</name>
  <message>
   <source>gcx descriptor</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>picture</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ThumbnailStrip</name>
  <message>
   <source>Pictures of the folder</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>VariantsPanel</name>
  <message>
   <source>Painted pictures of this file</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>No model has painted this file yet.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Show</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Choose</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Show this one from now on, in every program</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Delete…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Paint Another…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Paint Another ({cost})</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>unknown model</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Painted by {model}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Cost: {cost}</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Structure score: {score} of 1</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Took {seconds} s</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Chosen</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Delete this picture?</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>No model paints the same picture twice, and another one costs again.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Delete</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>Viewer</name>
  <message>
   <source>Something went wrong that should not: {error}</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>ViewingPage</name>
  <message>
   <source>Appearance</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Theme</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>As the system</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Light</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Dark</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Language</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Theme:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Language:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Another language shows when the viewer starts again.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pictures of a folder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Seconds that a slide is shown</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>s</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Pictures to load ahead on either side</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Each &amp;slide for:</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Load &amp;ahead:</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>WelcomePage</name>
  <message>
   <source>Welcome</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Open a picture, or drop one here</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>A .gcx file is a photograph in some hundred bytes, to be painted anew.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Open…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Encode Photographs…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Open {name}</source>
   <translation type="unfinished" />
  </message>
 </context>
 <context>
  <name>_FolderList</name>
  <message>
   <source>Trusted folders</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Add…</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Add a trusted folder</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Remove the selected folders</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>What lies in these folders is painted without asking.</source>
   <translation type="unfinished" />
  </message>
  <message>
   <source>Trust a Folder</source>
   <translation type="unfinished" />
  </message>
 </context>
</TS>
