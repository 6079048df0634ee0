<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
 <context>
  <name>Badge</name>
  <message numerus="yes">
   <source>Painted by {model} from %n byte(s)</source>
   <translation>
    <numerusform>Von {model} aus %n Byte gemalt</numerusform>
    <numerusform>Von {model} aus %n Byte gemalt</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Painted by a model from %n byte(s)</source>
   <translation>
    <numerusform>Von einem Modell aus %n Byte gemalt</numerusform>
    <numerusform>Von einem Modell aus %n Byte gemalt</numerusform>
   </translation>
  </message>
  <message>
   <source>Being painted, unfinished</source>
   <translation>Wird gemalt, noch unfertig</translation>
  </message>
  <message>
   <source>Words on a card</source>
   <translation>Worte auf einer Karte</translation>
  </message>
  <message>
   <source>Nothing to show yet</source>
   <translation>Noch nichts zu zeigen</translation>
  </message>
  <message>
   <source>Nothing to show</source>
   <translation>Nichts zu zeigen</translation>
  </message>
  <message numerus="yes">
   <source>Edges guessed by {model} on this computer · %n byte(s)</source>
   <translation>
    <numerusform>Kanten auf diesem Rechner geraten von {model} · %n Byte</numerusform>
    <numerusform>Kanten auf diesem Rechner geraten von {model} · %n Byte</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Preview · %n byte(s)</source>
   <translation>
    <numerusform>Vorschau · %n Byte</numerusform>
    <numerusform>Vorschau · %n Byte</numerusform>
   </translation>
  </message>
  <message>
   <source>More ways to paint</source>
   <translation>Weitere Möglichkeiten zu malen</translation>
  </message>
 </context>
 <context>
  <name>BeforeAndAfter</name>
  <message>
   <source>The photograph, and what is kept of it</source>
   <translation>Die Fotografie und was von ihr bleibt</translation>
  </message>
  <message>
   <source>What is kept</source>
   <translation>Was bleibt</translation>
  </message>
  <message>
   <source>What is kept (draft; still optimising…)</source>
   <translation>Was bleibt (Entwurf; wird noch verbessert …)</translation>
  </message>
  <message>
   <source>Photograph</source>
   <translation>Fotografie</translation>
  </message>
 </context>
 <context>
  <name>Blank</name>
  <message>
   <source>The visual condition of this file is being decoded…</source>
   <translation>Die Vorlage dieser Datei wird gelesen …</translation>
  </message>
  <message>
   <source>Nothing of this file can be shown here: it has no words, and its visual condition needs an optional part of gcx.

{command}</source>
   <translation>Von dieser Datei lässt sich hier nichts zeigen: Sie hat keine Worte, und ihre Vorlage braucht einen Zusatz zu gcx.

{command}</translation>
  </message>
  <message>
   <source>Nothing of this file can be shown here: it has no words, and its visual condition needs the weights of a network.

{command}</source>
   <translation>Von dieser Datei lässt sich hier nichts zeigen: Sie hat keine Worte, und ihre Vorlage braucht die Gewichte eines Netzes.

{command}</translation>
  </message>
  <message>
   <source>Nothing of this file can be shown here: it has no words, and its visual condition needs more memory than there is.</source>
   <translation>Von dieser Datei lässt sich hier nichts zeigen: Sie hat keine Worte, und ihre Vorlage braucht mehr Speicher, als da ist.</translation>
  </message>
  <message>
   <source>Nothing of this file can be shown: it has no words, and its visual condition cannot be decoded.</source>
   <translation>Von dieser Datei lässt sich nichts zeigen: Sie hat keine Worte, und ihre Vorlage ist nicht lesbar.</translation>
  </message>
 </context>
 <context>
  <name>ByteBar</name>
  <message>
   <source>Bytes to scale</source>
   <translation>Bytes im Maßstab</translation>
  </message>
 </context>
 <context>
  <name>CachePage</name>
  <message>
   <source>Painted pictures</source>
   <translation>Gemalte Bilder</translation>
  </message>
  <message>
   <source>Folder for painted pictures</source>
   <translation>Ordner für gemalte Bilder</translation>
  </message>
  <message>
   <source>system default</source>
   <translation>Vorgabe des Systems</translation>
  </message>
  <message>
   <source>Megabytes that painted pictures may take</source>
   <translation>Megabyte, die gemalte Bilder belegen dürfen</translation>
  </message>
  <message>
   <source>&amp;Folder:</source>
   <translation>&amp;Ordner:</translation>
  </message>
  <message>
   <source>&amp;Limit:</source>
   <translation>&amp;Grenze:</translation>
  </message>
  <message>
   <source>Part of the limit that is used</source>
   <translation>Belegter Teil der Grenze</translation>
  </message>
  <message>
   <source>Used:</source>
   <translation>Belegt:</translation>
  </message>
  <message>
   <source>&amp;Clear…</source>
   <translation>&amp;Leeren …</translation>
  </message>
  <message>
   <source>Remove all painted pictures</source>
   <translation>Alle gemalten Bilder entfernen</translation>
  </message>
  <message>
   <source>A picture that was painted once is shown again without asking a model. When space runs out, the one not viewed for the longest time is removed.</source>
   <translation>Ein einmal gemaltes Bild wird wieder gezeigt, ohne ein Modell zu fragen. Wird der Platz knapp, weicht das am längsten nicht angesehene.</translation>
  </message>
  <message>
   <source>Counting…</source>
   <translation>Wird gezählt …</translation>
  </message>
  <message numerus="yes">
   <source>%n picture(s)</source>
   <translation>
    <numerusform>%n Bild</numerusform>
    <numerusform>%n Bilder</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Remove %n picture(s)?</source>
   <translation>
    <numerusform>%n Bild entfernen?</numerusform>
    <numerusform>%n Bilder entfernen?</numerusform>
   </translation>
  </message>
  <message>
   <source>They were paid for. The .gcx files stay as they are; painting their pictures again will cost again.</source>
   <translation>Sie wurden bezahlt. Die .gcx-Dateien bleiben, wie sie sind; ihre Bilder neu malen zu lassen kostet erneut.</translation>
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation>&amp;Entfernen</translation>
  </message>
 </context>
 <context>
  <name>Canvas</name>
  <message>
   <source>Picture</source>
   <translation>Bild</translation>
  </message>
 </context>
 <context>
  <name>ChunkPicture</name>
  <message>
   <source>The bytes of the file, to scale</source>
   <translation>Die Bytes der Datei im Maßstab</translation>
  </message>
  <message>
   <source>magic</source>
   <translation>Kennung</translation>
  </message>
  <message>
   <source>header</source>
   <translation>Kopf</translation>
  </message>
  <message>
   <source>checksum (CRC-32)</source>
   <translation>Prüfsumme (CRC-32)</translation>
  </message>
  <message>
   <source>note</source>
   <translation>Notiz</translation>
  </message>
  <message>
   <source>encoder</source>
   <translation>Kodierer</translation>
  </message>
  <message>
   <source>SHA-256 of the original</source>
   <translation>SHA-256 des Originals</translation>
  </message>
  <message>
   <source>words {coding}</source>
   <translation>Worte {coding}</translation>
  </message>
  <message>
   <source>visual condition {coding}</source>
   <translation>Bildvorlage {coding}</translation>
  </message>
  <message>
   <source>{name}: {size} from byte {offset}</source>
   <translation>{name}: {size} ab Byte {offset}</translation>
  </message>
  <message numerus="yes">
   <source>%n of the container</source>
   <translation>
    <numerusform>%n für den Behälter</numerusform>
    <numerusform>%n für den Behälter</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>CompareBar</name>
  <message>
   <source>Left picture</source>
   <translation>Linkes Bild</translation>
  </message>
  <message>
   <source>Right picture</source>
   <translation>Rechtes Bild</translation>
  </message>
  <message>
   <source>Swap left and right (X)</source>
   <translation>Links und rechts tauschen (X)</translation>
  </message>
  <message>
   <source>Swap left and right</source>
   <translation>Links und rechts vertauschen</translation>
  </message>
  <message>
   <source>Add &amp;Original…</source>
   <translation>&amp;Original hinzufügen …</translation>
  </message>
  <message>
   <source>The photograph that was encoded; you can also drop it here</source>
   <translation>Das codierte Foto; Sie können es auch hier ablegen</translation>
  </message>
  <message>
   <source>&amp;Done</source>
   <translation>&amp;Fertig</translation>
  </message>
 </context>
 <context>
  <name>CompareCanvas</name>
  <message>
   <source>Comparison of two pictures</source>
   <translation>Vergleich zweier Bilder</translation>
  </message>
  <message>
   <source>There is nothing to compare yet.</source>
   <translation>Es gibt noch nichts zu vergleichen.</translation>
  </message>
 </context>
 <context>
  <name>CompareView</name>
  <message>
   <source>Opening {name}…</source>
   <translation>{name} wird geöffnet …</translation>
  </message>
  <message>
   <source>Original Photograph</source>
   <translation>Originalfotografie</translation>
  </message>
  <message>
   <source>Original</source>
   <translation>Original</translation>
  </message>
  <message>
   <source>Reconstruction</source>
   <translation>Rekonstruktion</translation>
  </message>
  <message>
   <source>Another reconstruction</source>
   <translation>Andere Rekonstruktion</translation>
  </message>
  <message>
   <source>Small picture</source>
   <translation>Kleines Bild</translation>
  </message>
  <message>
   <source>Small picture, enlarged</source>
   <translation>Kleines Bild, vergrößert</translation>
  </message>
  <message>
   <source>Measuring…</source>
   <translation>Wird gemessen …</translation>
  </message>
  <message>
   <source>The two are identical, pixel for pixel.</source>
   <translation>Die beiden sind Pixel für Pixel gleich.</translation>
  </message>
  <message>
   <source>PSNR {psnr} dB   SSIM {ssim}</source>
   <translation>PSNR {psnr} dB   SSIM {ssim}</translation>
  </message>
  <message>
   <source>(the original resized to {width} × {height}, Lanczos)</source>
   <translation>(das Original auf {width} × {height} skaliert, Lanczos)</translation>
  </message>
  <message>
   <source>This is the very file that was encoded: its SHA-256 is the same.</source>
   <translation>Genau diese Datei wurde kodiert: Ihr SHA-256 ist derselbe.</translation>
  </message>
  <message>
   <source>This is not the very file that was encoded: its SHA-256 differs.</source>
   <translation>Nicht genau diese Datei wurde kodiert: Ihr SHA-256 ist ein anderer.</translation>
  </message>
  <message>
   <source>The descriptor does not say which file was encoded, but the proportions match.</source>
   <translation>Die Datei sagt nicht, welches Foto codiert wurde, aber die Proportionen stimmen.</translation>
  </message>
  <message>
   <source>There is nothing to compare yet.</source>
   <translation>Es gibt noch nichts zu vergleichen.</translation>
  </message>
  <message>
   <source>Drop the original photograph here to compare with it.</source>
   <translation>Ziehen Sie die Originalfotografie hierher, um mit ihr zu vergleichen.</translation>
  </message>
 </context>
 <context>
  <name>EncodeWindow</name>
  <message numerus="yes">
   <source>Describe %n photograph(s)?</source>
   <translation>
    <numerusform>%n Foto beschreiben lassen?</numerusform>
    <numerusform>%n Fotos beschreiben lassen?</numerusform>
   </translation>
  </message>
  <message>
   <source>{model} will describe them for about {cost} in total.</source>
   <translation>{model} beschreibt sie für insgesamt etwa {cost}.</translation>
  </message>
  <message>
   <source>&amp;Describe and Save</source>
   <translation>&amp;Beschreiben und speichern</translation>
  </message>
  <message>
   <source>Encode Photographs</source>
   <translation>Fotografien kodieren</translation>
  </message>
  <message>
   <source>Drop photographs here, or paste them</source>
   <translation>Fotografien hierher ziehen oder einfügen</translation>
  </message>
  <message>
   <source>Pasted pictures have no folder: choose one</source>
   <translation>Eingefügte Bilder haben keinen Ordner: Wählen Sie einen</translation>
  </message>
  <message>
   <source>Save As</source>
   <translation>Speichern unter</translation>
  </message>
  <message>
   <source>gcx descriptors (*.gcx)</source>
   <translation>gcx-Deskriptoren (*.gcx)</translation>
  </message>
  <message>
   <source>Close without saving?</source>
   <translation>Ohne Speichern schließen?</translation>
  </message>
  <message numerus="yes">
   <source>The words of %n photograph(s) would be lost.</source>
   <translation>
    <numerusform>Die Worte von %n Fotografie gingen verloren.</numerusform>
    <numerusform>Die Worte von %n Fotografien gingen verloren.</numerusform>
   </translation>
  </message>
  <message>
   <source>Close &amp;Without Saving</source>
   <translation>&amp;Ohne Speichern schließen</translation>
  </message>
 </context>
 <context>
  <name>Errors</name>
  <message>
   <source>Try Again</source>
   <translation>Noch einmal versuchen</translation>
  </message>
  <message>
   <source>Export Picture…</source>
   <translation>Bild exportieren …</translation>
  </message>
  <message>
   <source>Enter a Key…</source>
   <translation>Schlüssel eingeben …</translation>
  </message>
  <message>
   <source>Raise the Limit…</source>
   <translation>Grenze anheben …</translation>
  </message>
  <message>
   <source>Open Settings…</source>
   <translation>Einstellungen öffnen …</translation>
  </message>
  <message>
   <source>Copy Install Command</source>
   <translation>Installationsbefehl kopieren</translation>
  </message>
  <message>
   <source>This would exceed your limit of {limit} a day.</source>
   <translation>Das ginge über Ihre Grenze von {limit} am Tag hinaus.</translation>
  </message>
  <message>
   <source>This would exceed your limit of {limit} a call.</source>
   <translation>Das ginge über Ihre Grenze von {limit} je Aufruf hinaus.</translation>
  </message>
  <message>
   <source>“{name}”</source>
   <translation>„{name}“</translation>
  </message>
  <message>
   <source>The file</source>
   <translation>Die Datei</translation>
  </message>
  <message>
   <source>It may still be billed.</source>
   <translation>Berechnet werden kann es trotzdem.</translation>
  </message>
  <message>
   <source>Something unexpected went wrong.</source>
   <translation>Etwas Unerwartetes ist schiefgegangen.</translation>
  </message>
  <message>
   <source>{file} is not a valid .gcx file.</source>
   <translation>{file} ist keine gültige .gcx-Datei.</translation>
  </message>
  <message>
   <source>{file} is not a .gcx file.</source>
   <translation>{file} ist keine .gcx-Datei.</translation>
  </message>
  <message>
   <source>{file} needs a newer version of gcx.</source>
   <translation>{file} braucht eine neuere Version von gcx.</translation>
  </message>
  <message>
   <source>{file} is damaged or incomplete.</source>
   <translation>{file} ist beschädigt oder unvollständig.</translation>
  </message>
  <message>
   <source>{file} does not follow the .gcx format.</source>
   <translation>{file} hält sich nicht an das Format .gcx.</translation>
  </message>
  <message>
   <source>{file} has a part that this version of gcx does not know.</source>
   <translation>{file} hat einen Teil, den diese Version von gcx nicht kennt.</translation>
  </message>
  <message>
   <source>{file} is larger than the .gcx format allows.</source>
   <translation>{file} ist größer, als das Format .gcx erlaubt.</translation>
  </message>
  <message>
   <source>The words in {file} are damaged.</source>
   <translation>Die Worte in {file} sind beschädigt.</translation>
  </message>
  <message>
   <source>The small picture in {file} is damaged.</source>
   <translation>Das kleine Bild in {file} ist beschädigt.</translation>
  </message>
  <message>
   <source>No picture could be made from {file}.</source>
   <translation>Aus {file} ließ sich kein Bild machen.</translation>
  </message>
  <message>
   <source>This picture is too large to be painted.</source>
   <translation>Dieses Bild ist zu groß, um gemalt zu werden.</translation>
  </message>
  <message>
   <source>That is not possible with these choices.</source>
   <translation>Mit dieser Auswahl geht das nicht.</translation>
  </message>
  <message>
   <source>No picture fits into so few bytes.</source>
   <translation>In so wenige Bytes passt kein Bild.</translation>
  </message>
  <message>
   <source>A key has no spaces, line breaks, accents or other special letters.</source>
   <translation>Ein Schlüssel hat keine Leerzeichen, Zeilenumbrüche, Umlaute oder andere Sonderzeichen.</translation>
  </message>
  <message>
   <source>{file} cannot be opened as a picture.</source>
   <translation>{file} lässt sich nicht als Bild öffnen.</translation>
  </message>
  <message>
   <source>{file} has other proportions, so this picture was not made from it.</source>
   <translation>{file} hat andere Proportionen, dieses Bild stammt also nicht davon.</translation>
  </message>
  <message>
   <source>{file} could not be saved.</source>
   <translation>{file} ließ sich nicht speichern.</translation>
  </message>
  <message>
   <source>{file} exists already.</source>
   <translation>{file} gibt es schon.</translation>
  </message>
  <message>
   <source>{file} is never replaced: it is a .gcx file or on screen.</source>
   <translation>{file} wird nie ersetzt: Es ist eine .gcx-Datei oder auf dem Bildschirm.</translation>
  </message>
  <message>
   <source>{file} could not be moved to the trash.</source>
   <translation>{file} ließ sich nicht in den Papierkorb verschieben.</translation>
  </message>
  <message>
   <source>The keyring did not accept the change. Is it locked?</source>
   <translation>Der Schlüsselbund hat die Änderung nicht angenommen. Ist er gesperrt?</translation>
  </message>
  <message>
   <source>The painted picture could not be stored. Export it before you close.</source>
   <translation>Das gemalte Bild ließ sich nicht aufbewahren. Exportieren Sie es vor dem Schließen.</translation>
  </message>
  <message>
   <source>The settings contain a mistake.</source>
   <translation>Die Einstellungen enthalten einen Fehler.</translation>
  </message>
  <message>
   <source>Your settings do not allow a model to be asked.</source>
   <translation>Ihre Einstellungen erlauben nicht, ein Modell zu fragen.</translation>
  </message>
  <message>
   <source>Spending cannot be recorded, so nothing is spent.</source>
   <translation>Ausgaben lassen sich nicht aufzeichnen, darum wird nichts ausgegeben.</translation>
  </message>
  <message>
   <source>Something that this needs is missing on this computer.</source>
   <translation>Auf diesem Rechner fehlt etwas, das dafür nötig ist.</translation>
  </message>
  <message>
   <source>This needs a part of gcx that is not installed.</source>
   <translation>Dafür ist ein Teil von gcx nötig, der nicht installiert ist.</translation>
  </message>
  <message>
   <source>This needs a model that is not installed, or is damaged.</source>
   <translation>Dafür ist ein Modell nötig, das nicht installiert oder beschädigt ist.</translation>
  </message>
  <message>
   <source>This picture is not in the collection.</source>
   <translation>Dieses Bild ist nicht in der Sammlung.</translation>
  </message>
  <message>
   <source>There is not enough memory for this picture.</source>
   <translation>Für dieses Bild reicht der Arbeitsspeicher nicht.</translation>
  </message>
  <message>
   <source>The server did not do what it was asked.</source>
   <translation>Der Server hat nicht getan, worum er gebeten wurde.</translation>
  </message>
  <message>
   <source>This needs a key for the model's server.</source>
   <translation>Dafür ist ein Schlüssel für den Server des Modells nötig.</translation>
  </message>
  <message>
   <source>The server does not accept your key.</source>
   <translation>Der Server nimmt Ihren Schlüssel nicht an.</translation>
  </message>
  <message>
   <source>The server does not have this model.</source>
   <translation>Der Server hat dieses Modell nicht.</translation>
  </message>
  <message>
   <source>Your account with the server has no credit left.</source>
   <translation>Ihr Konto beim Server hat kein Guthaben mehr.</translation>
  </message>
  <message>
   <source>The server is getting too many requests. Wait a little.</source>
   <translation>Der Server bekommt zu viele Anfragen. Warten Sie ein wenig.</translation>
  </message>
  <message>
   <source>The server's moderation refused this picture.</source>
   <translation>Die Moderation des Servers hat dieses Bild abgelehnt.</translation>
  </message>
  <message>
   <source>The server rejected the request.</source>
   <translation>Der Server hat die Anfrage abgelehnt.</translation>
  </message>
  <message>
   <source>The server had a fault of its own.</source>
   <translation>Beim Server ist ein Fehler aufgetreten.</translation>
  </message>
  <message>
   <source>The server did not answer in time.</source>
   <translation>Der Server hat nicht rechtzeitig geantwortet.</translation>
  </message>
  <message>
   <source>The connection to the server failed.</source>
   <translation>Die Verbindung zum Server ist fehlgeschlagen.</translation>
  </message>
  <message>
   <source>The server's answer could not be used.</source>
   <translation>Mit der Antwort des Servers ließ sich nichts anfangen.</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>Es wurde abgebrochen.</translation>
  </message>
  <message>
   <source>The model's description could not be used.</source>
   <translation>Die Beschreibung des Modells ließ sich nicht verwenden.</translation>
  </message>
  <message>
   <source>Skipped: what stopped another photograph stops this one.</source>
   <translation>Übersprungen: Woran ein anderes Foto scheiterte, daran scheitert auch dieses.</translation>
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message>
   <source>Export Picture</source>
   <translation>Bild exportieren</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>&amp;Change…</source>
   <translation>Än&amp;dern …</translation>
  </message>
  <message>
   <source>Choose another folder</source>
   <translation>Einen anderen Ordner wählen</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Quality</source>
   <translation>Qualität</translation>
  </message>
  <message>
   <source>Quality, as a number</source>
   <translation>Qualität als Zahl</translation>
  </message>
  <message>
   <source>&amp;Draw a visible mark in a corner</source>
   <translation>Sichtbares &amp;Zeichen in eine Ecke malen</translation>
  </message>
  <message>
   <source>&amp;Name:</source>
   <translation>&amp;Name:</translation>
  </message>
  <message>
   <source>Folder:</source>
   <translation>Ordner:</translation>
  </message>
  <message>
   <source>&amp;Format:</source>
   <translation>&amp;Format:</translation>
  </message>
  <message>
   <source>&amp;Quality:</source>
   <translation>&amp;Qualität:</translation>
  </message>
  <message>
   <source>AI-generated</source>
   <translation>KI-generiert</translation>
  </message>
  <message>
   <source>Not a photograph</source>
   <translation>Keine Fotografie</translation>
  </message>
  <message>
   <source>Export To</source>
   <translation>Exportieren nach</translation>
  </message>
  <message>
   <source>Will be saved as “{name}”</source>
   <translation>Wird als „{name}“ gespeichert</translation>
  </message>
  <message>
   <source>&amp;Save</source>
   <translation>&amp;Speichern</translation>
  </message>
  <message>
   <source>No camera recorded these pixels. The file says so in its metadata (XMP, digital source type), whatever the format.</source>
   <translation>Keine Kamera hat diese Pixel aufgenommen. Die Datei sagt das in ihren Metadaten (XMP, Art der digitalen Quelle), gleich in welchem Format.</translation>
  </message>
  <message>
   <source>The photograph's metadata (EXIF, XMP) is kept.</source>
   <translation>Die Metadaten des Fotos (EXIF, XMP) bleiben erhalten.</translation>
  </message>
  <message>
   <source>&amp;Replace</source>
   <translation>&amp;Ersetzen</translation>
  </message>
 </context>
 <context>
  <name>FailureView</name>
  <message>
   <source>Problem</source>
   <translation>Problem</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Einzelheiten</translation>
  </message>
 </context>
 <context>
  <name>Field</name>
  <message>
   <source>Set by the environment variable {name}, which takes precedence.</source>
   <translation>Von der Umgebungsvariable {name} gesetzt, die Vorrang hat.</translation>
  </message>
  <message>
   <source>C&amp;hoose…</source>
   <translation>&amp;Wählen …</translation>
  </message>
  <message>
   <source>Choose a folder</source>
   <translation>Einen Ordner wählen</translation>
  </message>
  <message>
   <source>Choose a Folder</source>
   <translation>Ordner wählen</translation>
  </message>
 </context>
 <context>
  <name>FileOpener</name>
  <message>
   <source>Open &amp;Recent</source>
   <translation>&amp;Zuletzt geöffnet</translation>
  </message>
  <message>
   <source>Open Pictures</source>
   <translation>Bilder öffnen</translation>
  </message>
  <message>
   <source>Pictures (*.gcx *.*)</source>
   <translation>Bilder (*.gcx *.*)</translation>
  </message>
  <message>
   <source>gcx (*.gcx)</source>
   <translation>gcx (*.gcx)</translation>
  </message>
  <message>
   <source>Open Folder</source>
   <translation>Ordner öffnen</translation>
  </message>
  <message>
   <source>&amp;Encode…</source>
   <translation>&amp;Kodieren …</translation>
  </message>
  <message>
   <source>&amp;Open</source>
   <translation>Ö&amp;ffnen</translation>
  </message>
  <message>
   <source>&amp;Compare with This Picture</source>
   <translation>Mit diesem Bild &amp;vergleichen</translation>
  </message>
  <message>
   <source>Nothing Yet</source>
   <translation>Noch nichts</translation>
  </message>
 </context>
 <context>
  <name>Gauge</name>
  <message>
   <source>Looking…</source>
   <translation>Wird nachgesehen …</translation>
  </message>
 </context>
 <context>
  <name>GeneratingPage</name>
  <message>
   <source>Pictures not painted yet</source>
   <translation>Noch nicht gemalte Bilder</translation>
  </message>
  <message>
   <source>What to do with a picture that has not been painted yet</source>
   <translation>Was mit einem Bild geschieht, das noch nicht gemalt wurde</translation>
  </message>
  <message>
   <source>Ask me, with the price</source>
   <translation>Fragen, mit Preis</translation>
  </message>
  <message>
   <source>Have it painted</source>
   <translation>Malen lassen</translation>
  </message>
  <message>
   <source>Show its preview only</source>
   <translation>Nur seine Vorschau zeigen</translation>
  </message>
  <message>
   <source>&amp;When one is opened:</source>
   <translation>&amp;Beim Öffnen:</translation>
  </message>
  <message>
   <source>Trusted &amp;folders:</source>
   <translation>&amp;Vertraute Ordner:</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>Modelle</translation>
  </message>
  <message>
   <source>Generator, which paints</source>
   <translation>Generator, der malt</translation>
  </message>
  <message>
   <source>G&amp;enerator:</source>
   <translation>Ge&amp;nerator:</translation>
  </message>
  <message>
   <source>Describer, which finds words</source>
   <translation>Beschreiber, der Worte findet</translation>
  </message>
  <message>
   <source>De&amp;scriber:</source>
   <translation>Bes&amp;chreiber:</translation>
  </message>
  <message>
   <source>chosen by the server</source>
   <translation>vom Server gewählt</translation>
  </message>
  <message>
   <source>Chat model, which calls the image tool</source>
   <translation>Chatmodell, das das Bildwerkzeug aufruft</translation>
  </message>
  <message>
   <source>Image model, which paints</source>
   <translation>Bildmodell, das malt</translation>
  </message>
  <message>
   <source>Model that describes photographs</source>
   <translation>Modell, das Fotos beschreibt</translation>
  </message>
  <message>
   <source>C&amp;hat model:</source>
   <translation>C&amp;hatmodell:</translation>
  </message>
  <message>
   <source>I&amp;mage model:</source>
   <translation>Bildmo&amp;dell:</translation>
  </message>
  <message>
   <source>&amp;Description model:</source>
   <translation>Beschr&amp;eibungsmodell:</translation>
  </message>
  <message>
   <source>Quality of pictures</source>
   <translation>Qualität der Bilder</translation>
  </message>
  <message>
   <source>Chosen by the model</source>
   <translation>Vom Modell gewählt</translation>
  </message>
  <message>
   <source>Low</source>
   <translation>Niedrig</translation>
  </message>
  <message>
   <source>Medium</source>
   <translation>Mittel</translation>
  </message>
  <message>
   <source>High</source>
   <translation>Hoch</translation>
  </message>
  <message>
   <source>&amp;Quality:</source>
   <translation>&amp;Qualität:</translation>
  </message>
  <message>
   <source>Previews to show while a picture is painted</source>
   <translation>Vorschauen, die beim Malen gezeigt werden</translation>
  </message>
  <message>
   <source>Pre&amp;views while painting:</source>
   <translation>V&amp;orschauen beim Malen:</translation>
  </message>
  <message>
   <source>The first that is ready</source>
   <translation>Der erste, der bereit ist</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Keiner</translation>
  </message>
  <message>
   <source>The gcx setting “policy” is “{policy}” and allows no more than that.</source>
   <translation>Die Einstellung „policy“ von gcx ist „{policy}“ und lässt nicht mehr zu.</translation>
  </message>
  <message>
   <source>price unknown</source>
   <translation>Preis unbekannt</translation>
  </message>
  <message>
   <source>up to {cost} each</source>
   <translation>bis zu {cost} je Aufruf</translation>
  </message>
  <message>
   <source>free</source>
   <translation>kostenlos</translation>
  </message>
  <message>
   <source>not ready</source>
   <translation>nicht bereit</translation>
  </message>
  <message>
   <source>{model} is switched off on {day}; then {successor} takes its place.</source>
   <translation>{model} wird abgeschaltet ({day}); dann tritt {successor} an seine Stelle.</translation>
  </message>
  <message>
   <source>{model} is switched off on {day}; choose {successor}, or leave it empty.</source>
   <translation>{model} wird abgeschaltet ({day}); wählen Sie {successor}, oder lassen Sie das Feld leer.</translation>
  </message>
  <message>
   <source>{model} is switched off on {day}; choose another model.</source>
   <translation>{model} wird abgeschaltet ({day}); wählen Sie ein anderes Modell.</translation>
  </message>
 </context>
 <context>
  <name>GenerationPrompts</name>
  <message>
   <source>The picture was painted, but not everything went well.</source>
   <translation>Das Bild ist gemalt, aber nicht alles ging gut.</translation>
  </message>
  <message>
   <source>{name}: {problem}</source>
   <translation>{name}: {problem}</translation>
  </message>
  <message>
   <source>Painting was cancelled</source>
   <translation>Das Malen wurde abgebrochen</translation>
  </message>
  <message>
   <source>Finding out what it costs…</source>
   <translation>Die Kosten werden ermittelt …</translation>
  </message>
  <message>
   <source>The price has risen</source>
   <translation>Der Preis ist gestiegen</translation>
  </message>
  <message>
   <source>Paint</source>
   <translation>Malen</translation>
  </message>
  <message>
   <source>Paint another</source>
   <translation>Noch eines malen</translation>
  </message>
  <message>
   <source>Paint every picture I open in this folder, about {cost} each</source>
   <translation>Jedes Bild malen, das ich in diesem Ordner öffne, je etwa {cost}</translation>
  </message>
  <message>
   <source>Preview only: no key is set</source>
   <translation>Nur Vorschau: Kein Schlüssel ist gesetzt</translation>
  </message>
  <message>
   <source>Preview only: nothing that paints is ready</source>
   <translation>Nur Vorschau: Nichts, was malt, ist bereit</translation>
  </message>
  <message>
   <source>Preview only: models are not to be asked</source>
   <translation>Nur Vorschau: Modelle sollen nicht gefragt werden</translation>
  </message>
  <message>
   <source>Preview only: the settings do not allow generated pictures</source>
   <translation>Nur Vorschau: Die Einstellungen lassen keine generierten Bilder zu</translation>
  </message>
  <message>
   <source>Preview only: the picture is too large to be painted</source>
   <translation>Nur Vorschau: Das Bild ist zu groß, um gemalt zu werden</translation>
  </message>
  <message>
   <source>Preview only: painting it would exceed your spending limit</source>
   <translation>Nur Vorschau: Malen ginge über Ihre Ausgabengrenze hinaus</translation>
  </message>
 </context>
 <context>
  <name>InformationPanel</name>
  <message>
   <source>Information</source>
   <translation>Informationen</translation>
  </message>
  <message>
   <source>Words</source>
   <translation>Worte</translation>
  </message>
  <message>
   <source>Words in the file</source>
   <translation>Worte in der Datei</translation>
  </message>
  <message>
   <source>Copy Words</source>
   <translation>Worte kopieren</translation>
  </message>
  <message>
   <source>Pixels</source>
   <translation>Pixel</translation>
  </message>
  <message>
   <source>What every byte is for</source>
   <translation>Wofür jedes Byte da ist</translation>
  </message>
  <message>
   <source>Details</source>
   <translation>Details</translation>
  </message>
  <message>
   <source>Copy as JSON</source>
   <translation>Als JSON kopieren</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Datei</translation>
  </message>
  <message>
   <source>CRC-32</source>
   <translation>CRC-32</translation>
  </message>
  <message>
   <source>SHA-256 of the file</source>
   <translation>SHA-256 der Datei</translation>
  </message>
  <message>
   <source>SHA-256 of the original</source>
   <translation>SHA-256 des Originals</translation>
  </message>
  <message>
   <source>grey</source>
   <translation>Graustufen</translation>
  </message>
  <message>
   <source>colour</source>
   <translation>Farbe</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Picture</source>
   <translation>Bild</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>Bits per pixel</source>
   <translation>Bit pro Pixel</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Encoder</source>
   <translation>Kodierer</translation>
  </message>
  <message>
   <source>quality {name}</source>
   <translation>Qualität {name}</translation>
  </message>
  <message>
   <source>Small picture</source>
   <translation>Kleines Bild</translation>
  </message>
  <message>
   <source>Codec</source>
   <translation>Codec</translation>
  </message>
  <message>
   <source>none</source>
   <translation>keine</translation>
  </message>
  <message>
   <source>Note</source>
   <translation>Notiz</translation>
  </message>
  <message>
   <source>preview: the condition, with edges guessed on this computer</source>
   <translation>Vorschau: die Vorlage, mit auf diesem Rechner geratenen Kanten</translation>
  </message>
  <message>
   <source>preview: the condition, enlarged</source>
   <translation>Vorschau: die vergrößerte Vorlage</translation>
  </message>
  <message>
   <source>the words on a card</source>
   <translation>die Worte auf einer Karte</translation>
  </message>
  <message>
   <source>a blank card</source>
   <translation>eine leere Karte</translation>
  </message>
  <message>
   <source>unfinished</source>
   <translation>unfertig</translation>
  </message>
  <message>
   <source>painted by a model</source>
   <translation>von einem Modell gemalt</translation>
  </message>
  <message>
   <source>Painted by</source>
   <translation>Gemalt von</translation>
  </message>
  <message>
   <source>Kind</source>
   <translation>Art</translation>
  </message>
  <message>
   <source>Cost</source>
   <translation>Kosten</translation>
  </message>
  <message>
   <source>Painted</source>
   <translation>Gemalt</translation>
  </message>
  <message>
   <source>{share} %</source>
   <translation>{share} %</translation>
  </message>
  <message>
   <source>Matches the file</source>
   <translation>Stimmt überein</translation>
  </message>
  <message>
   <source>Took</source>
   <translation>Dauer</translation>
  </message>
 </context>
 <context>
  <name>KeyPage</name>
  <message>
   <source>Key for OpenAI's server</source>
   <translation>Schlüssel für den Server von OpenAI</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Wird nachgesehen …</translation>
  </message>
  <message>
   <source>State of the key</source>
   <translation>Zustand des Schlüssels</translation>
  </message>
  <message>
   <source>Paste a key here</source>
   <translation>Hier einen Schlüssel einfügen</translation>
  </message>
  <message>
   <source>New key (hidden)</source>
   <translation>Neuer Schlüssel (verdeckt)</translation>
  </message>
  <message>
   <source>&amp;New key:</source>
   <translation>&amp;Neuer Schlüssel:</translation>
  </message>
  <message>
   <source>Save to K&amp;eyring</source>
   <translation>Im Schlüsselbund &amp;ablegen</translation>
  </message>
  <message>
   <source>&amp;Remove from Keyring</source>
   <translation>Aus dem Schlüssel&amp;bund entfernen</translation>
  </message>
  <message>
   <source>The environment variable {name} holds the key, and takes precedence.</source>
   <translation>Die Umgebungsvariable {name} enthält den Schlüssel und hat Vorrang.</translation>
  </message>
  <message>
   <source>The key is in the file {file}. It would be safer in the keyring.</source>
   <translation>Der Schlüssel steht in der Datei {file}. Im Schlüsselbund wäre er sicherer.</translation>
  </message>
  <message>
   <source>The key is in the keyring.</source>
   <translation>Der Schlüssel ist im Schlüsselbund.</translation>
  </message>
  <message>
   <source>No key is set. Pictures are painted without one.</source>
   <translation>Kein Schlüssel ist gesetzt. Bilder werden ohne gemalt.</translation>
  </message>
  <message>
   <source>No key is set. Pictures can be previewed, but not painted.</source>
   <translation>Kein Schlüssel ist gesetzt. Bilder haben eine Vorschau, lassen sich aber nicht malen.</translation>
  </message>
  <message>
   <source>The keyring could not be read. Is it locked?</source>
   <translation>Der Schlüsselbund war nicht lesbar. Ist er gesperrt?</translation>
  </message>
  <message>
   <source>This system has no keyring to keep a key in. Set the environment variable OPENAI_API_KEY instead, or start a keyring such as GNOME Keyring, KWallet or KeePassXC. The viewer never writes a key to a plain file.</source>
   <translation>Dieses System hat keinen Schlüsselbund. Setzen Sie stattdessen die Umgebungsvariable OPENAI_API_KEY, oder starten Sie einen Schlüsselbund wie GNOME Keyring, KWallet oder KeePassXC. Der Betrachter schreibt nie einen Schlüssel in eine gewöhnliche Datei.</translation>
  </message>
  <message>
   <source>The key is kept in the system's keyring ({name}), never in a plain file, and is never shown.</source>
   <translation>Der Schlüssel liegt im Schlüsselbund des Systems ({name}), nie in einer gewöhnlichen Datei, und wird nie angezeigt.</translation>
  </message>
  <message>
   <source>The settings cannot be read.</source>
   <translation>Die Einstellungen lassen sich nicht lesen.</translation>
  </message>
  <message>
   <source>Remove the key from the keyring?</source>
   <translation>Den Schlüssel aus dem Schlüsselbund entfernen?</translation>
  </message>
  <message>
   <source>Painted pictures can still be shown. New ones need a key.</source>
   <translation>Gemalte Bilder lassen sich weiter zeigen. Neue brauchen einen Schlüssel.</translation>
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation>&amp;Entfernen</translation>
  </message>
 </context>
 <context>
  <name>Losses</name>
  <message>
   <source>Only the first frame is kept</source>
   <translation>Nur das erste Einzelbild bleibt erhalten</translation>
  </message>
  <message>
   <source>The end of the file is missing</source>
   <translation>Das Ende der Datei fehlt</translation>
  </message>
  <message>
   <source>What is black and white is a guess</source>
   <translation>Was schwarz und was weiß ist, ist geraten</translation>
  </message>
  <message>
   <source>High dynamic range is not kept</source>
   <translation>Der hohe Dynamikumfang bleibt nicht erhalten</translation>
  </message>
  <message>
   <source>The colour profile cannot be used</source>
   <translation>Das Farbprofil ist unbrauchbar</translation>
  </message>
  <message>
   <source>Transparency becomes white</source>
   <translation>Durchsichtiges wird weiß</translation>
  </message>
 </context>
 <context>
  <name>MainWindow</name>
  <message>
   <source>gcx Viewer</source>
   <translation>gcx Viewer</translation>
  </message>
  <message>
   <source>Toolbar</source>
   <translation>Werkzeugleiste</translation>
  </message>
  <message>
   <source>{name} (deleted)</source>
   <translation>{name} (gelöscht)</translation>
  </message>
  <message>
   <source>The file was removed; showing its last contents</source>
   <translation>Die Datei wurde entfernt; zu sehen ist ihr letzter Inhalt</translation>
  </message>
  <message>
   <source>There is no picture in this folder</source>
   <translation>In diesem Ordner ist kein Bild</translation>
  </message>
  <message>
   <source>This is the last picture</source>
   <translation>Das ist das letzte Bild</translation>
  </message>
  <message>
   <source>This is the first picture</source>
   <translation>Das ist das erste Bild</translation>
  </message>
 </context>
 <context>
  <name>MoneyPage</name>
  <message>
   <source>Limits</source>
   <translation>Grenzen</translation>
  </message>
  <message>
   <source>US dollars that may be spent per day</source>
   <translation>US-Dollar, die pro Tag ausgegeben werden dürfen</translation>
  </message>
  <message>
   <source>US dollars that a single call may cost</source>
   <translation>US-Dollar, die ein einzelner Aufruf kosten darf</translation>
  </message>
  <message>
   <source>Per &amp;day:</source>
   <translation>Pro Ta&amp;g:</translation>
  </message>
  <message>
   <source>Per &amp;call:</source>
   <translation>Pro Auf&amp;ruf:</translation>
  </message>
  <message>
   <source>No call is made that could exceed these limits. They apply to the viewer, the gcx command and the Pillow plugin together. Resets at midnight UTC.</source>
   <translation>Kein Aufruf wird gemacht, der diese Grenzen überschreiten könnte. Sie gelten für den Betrachter, den Befehl gcx und das Pillow-Plugin zusammen. Der Tag beginnt um Mitternacht UTC.</translation>
  </message>
  <message>
   <source>Part of the daily limit that is spent</source>
   <translation>Ausgegebener Teil der Tagesgrenze</translation>
  </message>
  <message>
   <source>Today</source>
   <translation>Heute</translation>
  </message>
  <message>
   <source>{spent} of {limit} spent or reserved</source>
   <translation>{spent} von {limit} ausgegeben oder reserviert</translation>
  </message>
 </context>
 <context>
  <name>NoticeBar</name>
  <message>
   <source>Notice</source>
   <translation>Hinweis</translation>
  </message>
  <message>
   <source>Dismiss this notice</source>
   <translation>Diese Meldung schließen</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Schließen</translation>
  </message>
 </context>
 <context>
  <name>OfferButton</name>
  <message>
   <source>Copied</source>
   <translation>Kopiert</translation>
  </message>
 </context>
 <context>
  <name>OptionsPanel</name>
  <message>
   <source>Words</source>
   <translation>Worte</translation>
  </message>
  <message>
   <source>Where the words come from</source>
   <translation>Woher die Worte kommen</translation>
  </message>
  <message>
   <source>My own</source>
   <translation>Eigene</translation>
  </message>
  <message>
   <source>Found by a model</source>
   <translation>Von einem Modell gefunden</translation>
  </message>
  <message>
   <source>From the photograph's metadata</source>
   <translation>Aus den Metadaten der Fotografie</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Keine</translation>
  </message>
  <message>
   <source>&amp;From:</source>
   <translation>&amp;Woher:</translation>
  </message>
  <message>
   <source>Words of this photograph</source>
   <translation>Worte dieser Fotografie</translation>
  </message>
  <message>
   <source>Bytes of the words</source>
   <translation>Bytes der Worte</translation>
  </message>
  <message>
   <source>&amp;Describe</source>
   <translation>&amp;Beschreiben</translation>
  </message>
  <message>
   <source>Found by {model}</source>
   <translation>Gefunden von {model}</translation>
  </message>
  <message>
   <source>Visual condition</source>
   <translation>Bildvorlage</translation>
  </message>
  <message>
   <source>Codec of the visual condition</source>
   <translation>Codec der Bildvorlage</translation>
  </message>
  <message>
   <source>None: the words alone</source>
   <translation>Keine: die Worte allein</translation>
  </message>
  <message>
   <source>&amp;Codec:</source>
   <translation>&amp;Codec:</translation>
  </message>
  <message>
   <source>Quality of the visual condition</source>
   <translation>Qualität der Bildvorlage</translation>
  </message>
  <message>
   <source>&amp;Quality:</source>
   <translation>&amp;Qualität:</translation>
  </message>
  <message>
   <source>How the size is given</source>
   <translation>Wie die Größe angegeben wird</translation>
  </message>
  <message>
   <source>Standard rate</source>
   <translation>Übliche Rate</translation>
  </message>
  <message>
   <source>Bytes at most</source>
   <translation>Byte höchstens</translation>
  </message>
  <message>
   <source>Bits per pixel</source>
   <translation>Bit pro Pixel</translation>
  </message>
  <message>
   <source>Bytes that the visual condition may have</source>
   <translation>Byte, die die Bildvorlage haben darf</translation>
  </message>
  <message>
   <source>Bits per pixel that the file may have</source>
   <translation>Bit pro Pixel, die die Datei haben darf</translation>
  </message>
  <message>
   <source>Si&amp;ze:</source>
   <translation>&amp;Größe:</translation>
  </message>
  <message>
   <source>Keep the photograph's c&amp;hecksum</source>
   <translation>&amp;Prüfsumme der Fotografie aufbewahren</translation>
  </message>
  <message>
   <source>SHA-256 of the file, by which the photograph can be recognised; 34 bytes.</source>
   <translation>SHA-256 der Datei, an dem die Fotografie wiederzuerkennen ist; 34 Byte.</translation>
  </message>
  <message>
   <source>These words cannot be kept: the text {why}</source>
   <translation>Diese Worte können nicht aufbewahrt werden (the text {why})</translation>
  </message>
  <message numerus="yes">
   <source>%n character(s)</source>
   <translation>
    <numerusform>%n Zeichen</numerusform>
    <numerusform>%n Zeichen</numerusform>
   </translation>
  </message>
  <message>
   <source>The best that fits</source>
   <translation>Die beste, die passt</translation>
  </message>
  <message>
   <source>What the picture shows, as briefly as you can</source>
   <translation>Was das Bild zeigt, so knapp wie möglich</translation>
  </message>
  <message>
   <source>The model's words come here, for you to change</source>
   <translation>Hierher kommen die Worte des Modells; Sie können sie ändern</translation>
  </message>
  <message>
   <source>The photograph carries no words</source>
   <translation>Die Fotografie enthält keine Worte</translation>
  </message>
  <message>
   <source>Sto&amp;p</source>
   <translation>A&amp;nhalten</translation>
  </message>
  <message>
   <source>&amp;Describe, about {cost}</source>
   <translation>&amp;Beschreiben, etwa {cost}</translation>
  </message>
 </context>
 <context>
  <name>Panels</name>
  <message>
   <source>Information</source>
   <translation>Informationen</translation>
  </message>
  <message>
   <source>Variants</source>
   <translation>Varianten</translation>
  </message>
  <message>
   <source>Panels</source>
   <translation>Seitenleisten</translation>
  </message>
  <message>
   <source>Close {panel}</source>
   <translation>{panel} schließen</translation>
  </message>
 </context>
 <context>
  <name>PhotographList</name>
  <message>
   <source>Photographs to encode</source>
   <translation>Zu kodierende Fotografien</translation>
  </message>
  <message>
   <source>Encoding…</source>
   <translation>Wird kodiert …</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Angehalten</translation>
  </message>
  <message>
   <source>Looking…</source>
   <translation>Wird nachgesehen …</translation>
  </message>
 </context>
 <context>
  <name>PhotographSide</name>
  <message>
   <source>&amp;Add…</source>
   <translation>&amp;Hinzufügen …</translation>
  </message>
  <message>
   <source>Add photographs</source>
   <translation>Fotografien hinzufügen</translation>
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation>&amp;Entfernen</translation>
  </message>
  <message>
   <source>Remove the selected photographs</source>
   <translation>Die ausgewählten Fotos entfernen</translation>
  </message>
  <message>
   <source>Add Photographs</source>
   <translation>Fotografien hinzufügen</translation>
  </message>
  <message>
   <source>Pasted picture</source>
   <translation>Eingefügtes Bild</translation>
  </message>
 </context>
 <context>
  <name>PictureOutput</name>
  <message>
   <source>Copied</source>
   <translation>Kopiert</translation>
  </message>
  <message>
   <source>Exported to {name}</source>
   <translation>Exportiert nach {name}</translation>
  </message>
 </context>
 <context>
  <name>Presenting</name>
  <message>
   <source>Picture</source>
   <translation>Bild</translation>
  </message>
 </context>
 <context>
  <name>PreviewPanel</name>
  <message>
   <source>Size of the file</source>
   <translation>Größe der Datei</translation>
  </message>
  <message>
   <source>Bytes by purpose</source>
   <translation>Bytes nach Zweck</translation>
  </message>
  <message>
   <source>What is not kept</source>
   <translation>Was nicht erhalten bleibt</translation>
  </message>
  <message>
   <source>about {size}</source>
   <translation>etwa {size}</translation>
  </message>
  <message>
   <source>{rate} bits per pixel</source>
   <translation>{rate} Bit pro Pixel</translation>
  </message>
  <message>
   <source>words {bytes}</source>
   <translation>Worte {bytes}</translation>
  </message>
  <message>
   <source>words about {bytes}</source>
   <translation>Worte etwa {bytes}</translation>
  </message>
  <message>
   <source>visual condition {bytes}</source>
   <translation>Bildvorlage {bytes}</translation>
  </message>
  <message>
   <source>overhead {bytes}</source>
   <translation>Rahmen {bytes}</translation>
  </message>
 </context>
 <context>
  <name>ProgressLine</name>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>A picture is being painted</source>
   <translation>Ein Bild wird gemalt</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>{model} is painting… {elapsed}, about {cost}</source>
   <translation>{model} malt … {elapsed}, etwa {cost}</translation>
  </message>
  <message numerus="yes">
   <source>, draft %n</source>
   <translation>
    <numerusform>, Entwurf %n</numerusform>
    <numerusform>, Entwurf %n</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>Questions</name>
  <message numerus="yes">
   <source>Still painting %n picture(s).</source>
   <translation>
    <numerusform>Noch %n Bild wird gemalt.</numerusform>
    <numerusform>Noch %n Bilder werden gemalt.</numerusform>
   </translation>
  </message>
  <message>
   <source>What is finished in the background is there when you come back.</source>
   <translation>Was im Hintergrund fertig wird, ist beim nächsten Mal da.</translation>
  </message>
  <message>
   <source>&amp;Finish in the Background</source>
   <translation>Im Hintergrund &amp;fertig malen</translation>
  </message>
  <message>
   <source>&amp;Stop — May Be Billed</source>
   <translation>&amp;Anhalten – kann berechnet werden</translation>
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message>
   <source>Folder for all files</source>
   <translation>Ordner für alle Dateien</translation>
  </message>
  <message>
   <source>Next to the photographs</source>
   <translation>Neben den Fotos</translation>
  </message>
  <message>
   <source>Choose a folder…</source>
   <translation>Ordner wählen …</translation>
  </message>
  <message>
   <source>Save &amp;to:</source>
   <translation>Speichern &amp;in:</translation>
  </message>
  <message>
   <source>Replace e&amp;xisting files</source>
   <translation>&amp;Vorhandene Dateien ersetzen</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>What was saved</source>
   <translation>Was gespeichert wurde</translation>
  </message>
  <message>
   <source>&amp;Open</source>
   <translation>Ö&amp;ffnen</translation>
  </message>
  <message>
   <source>Open the files that were saved</source>
   <translation>Die gespeicherten Dateien öffnen</translation>
  </message>
  <message>
   <source>Sto&amp;p</source>
   <translation>A&amp;nhalten</translation>
  </message>
  <message>
   <source>Stop saving</source>
   <translation>Das Speichern anhalten</translation>
  </message>
  <message>
   <source>&amp;Save As…</source>
   <translation>&amp;Speichern unter …</translation>
  </message>
  <message>
   <source>Save A&amp;ll</source>
   <translation>A&amp;lle speichern</translation>
  </message>
  <message numerus="yes">
   <source>%n file(s) saved</source>
   <translation>
    <numerusform>%n Datei gespeichert</numerusform>
    <numerusform>%n Dateien gespeichert</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n failed</source>
   <translation>
    <numerusform>%n fehlgeschlagen</numerusform>
    <numerusform>%n fehlgeschlagen</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n stopped</source>
   <translation>
    <numerusform>%n angehalten</numerusform>
    <numerusform>%n angehalten</numerusform>
   </translation>
  </message>
  <message>
   <source>described for {cost}</source>
   <translation>für {cost} beschrieben</translation>
  </message>
  <message>
   <source>Save To</source>
   <translation>Speichern in</translation>
  </message>
 </context>
 <context>
  <name>Saving</name>
  <message>
   <source>{size}, saved</source>
   <translation>{size}, gespeichert</translation>
  </message>
 </context>
 <context>
  <name>SettingsDialog</name>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>Settings pages</source>
   <translation>Seiten der Einstellungen</translation>
  </message>
  <message>
   <source>Pa&amp;inting</source>
   <translation>&amp;Malen</translation>
  </message>
  <message>
   <source>&amp;Key</source>
   <translation>S&amp;chlüssel</translation>
  </message>
  <message>
   <source>S&amp;pending</source>
   <translation>A&amp;usgaben</translation>
  </message>
  <message>
   <source>S&amp;torage</source>
   <translation>&amp;Speicher</translation>
  </message>
  <message>
   <source>&amp;General</source>
   <translation>&amp;Allgemein</translation>
  </message>
  <message>
   <source>Message</source>
   <translation>Meldung</translation>
  </message>
 </context>
 <context>
  <name>ShortcutsWindow</name>
  <message>
   <source>Keyboard Shortcuts</source>
   <translation>Tastenkürzel</translation>
  </message>
  <message>
   <source>Search actions and keys</source>
   <translation>Aktionen und Tasten suchen</translation>
  </message>
  <message>
   <source>Actions and their keys</source>
   <translation>Aktionen und ihre Tasten</translation>
  </message>
 </context>
 <context>
  <name>Sizes</name>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation>
    <numerusform>%n Byte</numerusform>
    <numerusform>%n Byte</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>first of %n page(s)</source>
   <translation>
    <numerusform>erste von %n Seite</numerusform>
    <numerusform>erste von %n Seiten</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>animation of %n frame(s), standing still at the first</source>
   <translation>
    <numerusform>Animation aus %n Bild, steht still</numerusform>
    <numerusform>Animation aus %n Bildern, steht beim ersten still</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>StatusLine</name>
  <message>
   <source>Status</source>
   <translation>Status</translation>
  </message>
  <message>
   <source>{index} of {count}</source>
   <translation>{index} von {count}</translation>
  </message>
 </context>
 <context>
  <name>ThumbnailGrid</name>
  <message>
   <source>Thumbnails of the folder</source>
   <translation>Miniaturen des Ordners</translation>
  </message>
 </context>
 <context>
  <name>ThumbnailModel</name>
  <message>
   <source>gcx descriptor, being painted</source>
   <translation>gcx-Deskriptor, wird gemalt</translation>
  </message>
  <message>
   <source>gcx descriptor, painted</source>
   <translation>gcx-Deskriptor, gemalt</translation>
  </message>
  <message>
   <source>gcx descriptor</source>
   <translation>gcx-Deskriptor</translation>
  </message>
  <message>
   <source>picture</source>
   <translation>Bild</translation>
  </message>
 </context>
 <context>
  <name>ThumbnailStrip</name>
  <message>
   <source>Pictures of the folder</source>
   <translation>Bilder des Ordners</translation>
  </message>
 </context>
 <context>
  <name>Trash</name>
  <message>
   <source>Move “{name}” to the trash?</source>
   <translation>„{name}“ in den Papierkorb verschieben?</translation>
  </message>
  <message>
   <source>Move to Trash</source>
   <translation>In den Papierkorb verschieben</translation>
  </message>
 </context>
 <context>
  <name>VariantsPanel</name>
  <message>
   <source>Painted pictures of this file</source>
   <translation>Gemalte Bilder dieser Datei</translation>
  </message>
  <message>
   <source>No model has painted this file yet.</source>
   <translation>Noch hat kein Modell diese Datei gemalt.</translation>
  </message>
  <message>
   <source>Paint…</source>
   <translation>Malen lassen …</translation>
  </message>
  <message>
   <source>Paint Another…</source>
   <translation>Weiteres malen lassen …</translation>
  </message>
  <message>
   <source>Paint ({cost})</source>
   <translation>Malen lassen ({cost})</translation>
  </message>
  <message>
   <source>Paint Another ({cost})</source>
   <translation>Weiteres malen lassen ({cost})</translation>
  </message>
  <message>
   <source>unknown model</source>
   <translation>unbekanntes Modell</translation>
  </message>
  <message>
   <source>matches {share} %</source>
   <translation>stimmt zu {share} % überein</translation>
  </message>
  <message>
   <source>Painted by {model}</source>
   <translation>Gemalt von {model}</translation>
  </message>
  <message>
   <source>Cost: {cost}</source>
   <translation>Kosten: {cost}</translation>
  </message>
  <message>
   <source>Matches the file {share} %</source>
   <translation>Stimmt zu {share} % mit der Datei überein</translation>
  </message>
  <message>
   <source>Took {seconds} s</source>
   <translation>Dauer: {seconds} s</translation>
  </message>
  <message>
   <source>Shown when the file is opened</source>
   <translation>Wird beim Öffnen der Datei gezeigt</translation>
  </message>
  <message>
   <source>&amp;Compare These Two</source>
   <translation>Diese beiden &amp;vergleichen</translation>
  </message>
  <message>
   <source>&amp;Compare with the One on Screen</source>
   <translation>Mit dem angezeigten &amp;vergleichen</translation>
  </message>
  <message>
   <source>Always Show &amp;This One</source>
   <translation>&amp;Immer dieses zeigen</translation>
  </message>
  <message>
   <source>Show the &amp;Best One</source>
   <translation>Das &amp;beste zeigen</translation>
  </message>
  <message>
   <source>&amp;Delete…</source>
   <translation>&amp;Löschen …</translation>
  </message>
  <message>
   <source>Delete this picture?</source>
   <translation>Dieses Bild löschen?</translation>
  </message>
  <message>
   <source>A model never paints the same picture twice, and another one costs money again.</source>
   <translation>Kein Modell malt dasselbe Bild zweimal, und ein weiteres kostet erneut.</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Löschen</translation>
  </message>
 </context>
 <context>
  <name>ViewingPage</name>
  <message>
   <source>Same as system</source>
   <translation>Wie das System</translation>
  </message>
  <message>
   <source>Theme</source>
   <translation>Farbschema</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Aussehen</translation>
  </message>
  <message>
   <source>T&amp;heme:</source>
   <translation>&amp;Farben:</translation>
  </message>
  <message>
   <source>&amp;Language:</source>
   <translation>&amp;Sprache:</translation>
  </message>
  <message>
   <source>A new language takes effect after a restart.</source>
   <translation>Eine neue Sprache gilt nach einem Neustart.</translation>
  </message>
  <message>
   <source>Slide show</source>
   <translation>Diaschau</translation>
  </message>
  <message>
   <source>Seconds per slide</source>
   <translation>Sekunden je Bild</translation>
  </message>
  <message>
   <source>&amp;Each slide:</source>
   <translation>&amp;Je Bild:</translation>
  </message>
 </context>
 <context>
  <name>WelcomePage</name>
  <message>
   <source>Welcome</source>
   <translation>Willkommen</translation>
  </message>
  <message>
   <source>Open a picture, or drop one here</source>
   <translation>Öffnen Sie ein Bild oder ziehen Sie eines hierher</translation>
  </message>
  <message>
   <source>A .gcx file keeps a photograph in a few hundred bytes, for a model to paint again.</source>
   <translation>Eine .gcx-Datei bewahrt ein Foto in wenigen hundert Byte, damit ein Modell es neu malt.</translation>
  </message>
  <message>
   <source>Open…</source>
   <translation>Öffnen …</translation>
  </message>
  <message>
   <source>Try a Sample</source>
   <translation>Ein Beispiel ansehen</translation>
  </message>
  <message>
   <source>Encode Photographs…</source>
   <translation>Fotografien kodieren …</translation>
  </message>
  <message>
   <source>Recent pictures</source>
   <translation>Zuletzt geöffnete Bilder</translation>
  </message>
 </context>
 <context>
  <name>_FolderList</name>
  <message>
   <source>Trusted folders</source>
   <translation>Vertraute Ordner</translation>
  </message>
  <message>
   <source>&amp;Add…</source>
   <translation>&amp;Hinzufügen …</translation>
  </message>
  <message>
   <source>Add a trusted folder</source>
   <translation>Einen vertrauten Ordner hinzufügen</translation>
  </message>
  <message>
   <source>&amp;Remove</source>
   <translation>&amp;Entfernen</translation>
  </message>
  <message>
   <source>Remove the selected folders</source>
   <translation>Die gewählten Ordner entfernen</translation>
  </message>
  <message>
   <source>Files in these folders are painted without asking.</source>
   <translation>Dateien in diesen Ordnern werden ohne Rückfrage gemalt.</translation>
  </message>
  <message>
   <source>Trust a Folder</source>
   <translation>Einem Ordner vertrauen</translation>
  </message>
 </context>
 <context>
  <name>about</name>
  <message>
   <source>About gcx Viewer</source>
   <translation>Über gcx Viewer</translation>
  </message>
  <message>
   <source>gcx Viewer {version}</source>
   <translation>gcx Viewer {version}</translation>
  </message>
  <message>
   <source>Shows photographs kept in a few hundred bytes, painted again by AI.</source>
   <translation>Zeigt Fotos, die in wenigen hundert Byte aufbewahrt und von KI neu gemalt werden.</translation>
  </message>
 </context>
 <context>
  <name>actions</name>
  <message>
   <source>&amp;Open…</source>
   <translation>Ö&amp;ffnen …</translation>
  </message>
  <message>
   <source>Open &amp;Folder…</source>
   <translation>&amp;Ordner öffnen …</translation>
  </message>
  <message>
   <source>&amp;New Window</source>
   <translation>&amp;Neues Fenster</translation>
  </message>
  <message>
   <source>&amp;Encode Photographs…</source>
   <translation>Fotografien &amp;kodieren …</translation>
  </message>
  <message>
   <source>E&amp;xport…</source>
   <translation>E&amp;xportieren …</translation>
  </message>
  <message>
   <source>Re&amp;load</source>
   <translation>Neu &amp;laden</translation>
  </message>
  <message>
   <source>Show in Fol&amp;der</source>
   <translation>&amp;Im Ordner anzeigen</translation>
  </message>
  <message>
   <source>Move to &amp;Trash</source>
   <translation>In den &amp;Papierkorb verschieben</translation>
  </message>
  <message>
   <source>&amp;Close Window</source>
   <translation>Fenster &amp;schließen</translation>
  </message>
  <message>
   <source>&amp;Quit</source>
   <translation>&amp;Beenden</translation>
  </message>
  <message>
   <source>&amp;Copy Picture</source>
   <translation>Bild &amp;kopieren</translation>
  </message>
  <message>
   <source>Copy &amp;Words</source>
   <translation>&amp;Worte kopieren</translation>
  </message>
  <message>
   <source>Copy Details as &amp;JSON</source>
   <translation>Details als &amp;JSON kopieren</translation>
  </message>
  <message>
   <source>&amp;Settings…</source>
   <translation>&amp;Einstellungen …</translation>
  </message>
  <message>
   <source>&amp;Fit to Window</source>
   <translation>&amp;An Fenster anpassen</translation>
  </message>
  <message>
   <source>&amp;Enlarge Small Pictures</source>
   <translation>Kleine Bilder &amp;vergrößern</translation>
  </message>
  <message>
   <source>&amp;Actual Size</source>
   <translation>&amp;Originalgröße</translation>
  </message>
  <message>
   <source>Zoom &amp;In</source>
   <translation>Ver&amp;größern</translation>
  </message>
  <message>
   <source>Zoom &amp;Out</source>
   <translation>Ver&amp;kleinern</translation>
  </message>
  <message>
   <source>Rotate &amp;Right</source>
   <translation>Nach &amp;rechts drehen</translation>
  </message>
  <message>
   <source>Rotate &amp;Left</source>
   <translation>Nach &amp;links drehen</translation>
  </message>
  <message>
   <source>F&amp;ull Screen</source>
   <translation>Voll&amp;bild</translation>
  </message>
  <message>
   <source>&amp;Slide Show</source>
   <translation>&amp;Diaschau</translation>
  </message>
  <message>
   <source>&amp;Grid</source>
   <translation>Über&amp;sicht</translation>
  </message>
  <message>
   <source>&amp;Thumbnails</source>
   <translation>&amp;Miniaturen</translation>
  </message>
  <message>
   <source>I&amp;nformation</source>
   <translation>I&amp;nformationen</translation>
  </message>
  <message>
   <source>&amp;Variants</source>
   <translation>Var&amp;ianten</translation>
  </message>
  <message>
   <source>&amp;Back to the Picture</source>
   <translation>&amp;Zurück zum Bild</translation>
  </message>
  <message>
   <source>&amp;Next</source>
   <translation>&amp;Nächstes Bild</translation>
  </message>
  <message>
   <source>&amp;Previous</source>
   <translation>&amp;Vorheriges Bild</translation>
  </message>
  <message>
   <source>&amp;First</source>
   <translation>&amp;Erstes Bild</translation>
  </message>
  <message>
   <source>&amp;Last</source>
   <translation>&amp;Letztes Bild</translation>
  </message>
  <message>
   <source>Sort by N&amp;ame</source>
   <translation>Nach N&amp;ame sortieren</translation>
  </message>
  <message>
   <source>Sort by &amp;Date</source>
   <translation>Nach &amp;Datum sortieren</translation>
  </message>
  <message>
   <source>Sort by &amp;Size</source>
   <translation>Nach &amp;Größe sortieren</translation>
  </message>
  <message>
   <source>&amp;Paint</source>
   <translation>&amp;Malen lassen</translation>
  </message>
  <message>
   <source>Paint &amp;Another…</source>
   <translation>&amp;Weiteres malen lassen …</translation>
  </message>
  <message>
   <source>&amp;Cancel Painting</source>
   <translation>Malen abbre&amp;chen</translation>
  </message>
  <message>
   <source>&amp;Try Again</source>
   <translation>&amp;Erneut versuchen</translation>
  </message>
  <message>
   <source>Co&amp;mpare</source>
   <translation>Ver&amp;gleichen</translation>
  </message>
  <message>
   <source>&amp;Keyboard Shortcuts</source>
   <translation>&amp;Tastenkürzel</translation>
  </message>
  <message>
   <source>&amp;About gcx Viewer</source>
   <translation>Ü&amp;ber gcx Viewer</translation>
  </message>
  <message>
   <source>&amp;File</source>
   <translation>&amp;Datei</translation>
  </message>
  <message>
   <source>&amp;Edit</source>
   <translation>&amp;Bearbeiten</translation>
  </message>
  <message>
   <source>&amp;View</source>
   <translation>&amp;Ansicht</translation>
  </message>
  <message>
   <source>&amp;Go</source>
   <translation>&amp;Gehe zu</translation>
  </message>
  <message>
   <source>&amp;Picture</source>
   <translation>Bi&amp;ld</translation>
  </message>
  <message>
   <source>&amp;Help</source>
   <translation>&amp;Hilfe</translation>
  </message>
 </context>
</TS>
