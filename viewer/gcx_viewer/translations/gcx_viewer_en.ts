<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
 <context>
  <name>Badge</name>
  <message numerus="yes">
   <source>Painted by {model} from %n byte(s)</source>
   <translation>
    <numerusform>Painted by {model} from %n byte</numerusform>
    <numerusform>Painted by {model} from %n bytes</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Painted by a model from %n byte(s)</source>
   <translation>
    <numerusform>Painted by a model from %n byte</numerusform>
    <numerusform>Painted by a model from %n bytes</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Edges guessed by {model} on this computer · %n byte(s)</source>
   <translation>
    <numerusform>Edges guessed by {model} on this computer · %n byte</numerusform>
    <numerusform>Edges guessed by {model} on this computer · %n bytes</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Preview · %n byte(s)</source>
   <translation>
    <numerusform>Preview · %n byte</numerusform>
    <numerusform>Preview · %n bytes</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>CachePage</name>
  <message numerus="yes">
   <source>%n picture(s)</source>
   <translation>
    <numerusform>%n picture</numerusform>
    <numerusform>%n pictures</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>Remove %n picture(s)?</source>
   <translation>
    <numerusform>Remove %n picture?</numerusform>
    <numerusform>Remove %n pictures?</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>ChunkPicture</name>
  <message numerus="yes">
   <source>%n of the container</source>
   <translation>
    <numerusform>%n of the container</numerusform>
    <numerusform>%n of the container</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>EncodeWindow</name>
  <message numerus="yes">
   <source>Describe %n photograph(s)?</source>
   <translation>
    <numerusform>Describe %n photograph?</numerusform>
    <numerusform>Describe %n photographs?</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>The words of %n photograph(s) would be lost.</source>
   <translation>
    <numerusform>The words of %n photograph would be lost.</numerusform>
    <numerusform>The words of %n photographs would be lost.</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>OptionsPanel</name>
  <message numerus="yes">
   <source>%n character(s)</source>
   <translation>
    <numerusform>%n character</numerusform>
    <numerusform>%n characters</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>ProgressLine</name>
  <message numerus="yes">
   <source>, draft %n</source>
   <translation>
    <numerusform>, draft %n</numerusform>
    <numerusform>, draft %n</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>Questions</name>
  <message numerus="yes">
   <source>Still painting %n picture(s).</source>
   <translation>
    <numerusform>Still painting %n picture.</numerusform>
    <numerusform>Still painting %n pictures.</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>SaveBar</name>
  <message numerus="yes">
   <source>%n file(s) saved</source>
   <translation>
    <numerusform>%n file saved</numerusform>
    <numerusform>%n files saved</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n failed</source>
   <translation>
    <numerusform>%n failed</numerusform>
    <numerusform>%n failed</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>%n stopped</source>
   <translation>
    <numerusform>%n stopped</numerusform>
    <numerusform>%n stopped</numerusform>
   </translation>
  </message>
 </context>
 <context>
  <name>Sizes</name>
  <message numerus="yes">
   <source>%n byte(s)</source>
   <translation>
    <numerusform>%n byte</numerusform>
    <numerusform>%n bytes</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>first of %n page(s)</source>
   <translation>
    <numerusform>first of %n page</numerusform>
    <numerusform>first of %n pages</numerusform>
   </translation>
  </message>
  <message numerus="yes">
   <source>animation of %n frame(s), standing still at the first</source>
   <translation>
    <numerusform>animation of %n frame, standing still at the first</numerusform>
    <numerusform>animation of %n frames, standing still at the first</numerusform>
   </translation>
  </message>
 </context>
</TS>
