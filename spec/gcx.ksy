meta:
  id: gcx
  title: The .gcx format, a photograph as a descriptor
  file-extension: gcx
  license: MIT
  ks-version: '0.10'
  endian: be
  bit-endian: be
doc: |
  A `.gcx` file holds what remains of a picture when everything that can be painted again is left
  out: its size, a few words, and a very small coded copy of it, the visual condition.

  This is the layout of version 1 of the format. Parsing fails for any file that breaks it. A layout
  cannot express three of the rules, so a reader must check them as well:

  * `crc32` is the checksum of every byte before it;
  * the words are one complete zlib stream of at most 65,536 bytes when inflated, or decode with the
    text model, and words, note and encoder have no control characters (inflation is not bounded
    here: read files from strangers with a real reader of the format);
  * the visual payload decodes to a picture of `condition_width` by `condition_height`.
doc-ref: gcx-1.0.md
seq:
  - id: magic
    contents: GCX
  - id: header
    type: header
  - id: chunks
    type: chunk(_index)
    repeat: until
    repeat-until: _.is_last
    doc: Critical before ancillary, each kind by ascending type; no tag occurs twice.
  - id: crc32
    type: u4
    doc: Checksum of every byte before it; the CRC of zlib and PNG.
  - id: nothing_left
    size: 0
    valid:
      expr: _io.eof and _io.size <= 4194304 and (has_text or has_visual)
    doc: The file ends here, is at most 4 MiB long, and has words, a visual condition, or both.
instances:
  has_text:
    value: chunks[0].is_text
    doc: A text chunk has the lowest type, so it comes first.
  has_visual:
    value: chunks[visual_index].is_visual
  visual_index:
    value: 'has_text and chunks.size > 1 ? 1 : 0'
    doc: Index of the visual chunk, if there is one.
types:
  header:
    doc: Four bytes, or eight if a side of the picture is larger than 16,384 pixels.
    seq:
      - id: version
        type: b2
        valid: 1
      - id: is_large
        type: b1
      - id: is_grey
        type: b1
      - id: width_minus_1_small
        type: b14
        if: not is_large
      - id: height_minus_1_small
        type: b14
        if: not is_large
      - id: width_minus_1_large
        type: b30
        if: is_large
      - id: height_minus_1_large
        type: b30
        if: is_large
      - id: canonical
        size: 0
        valid:
          expr: not is_large or width > 16384 or height > 16384
        doc: Only pictures with a side larger than 16,384 use the large form.
      - id: within_limits
        size: 0
        valid:
          # Divided, so that nothing overflows: width * height <= 2^30.
          expr: height <= 1073741824 / width
    instances:
      width:
        value: '(is_large ? width_minus_1_large : width_minus_1_small) + 1'
        doc: Width of the picture, in pixels.
      height:
        value: '(is_large ? height_minus_1_large : height_minus_1_small) + 1'
        doc: Height of the picture, in pixels.
      mode:
        value: 'is_grey ? "L" : "RGB"'
        doc: Pillow's name for the mode; eight bits per sample, sRGB.
  chunk:
    params:
      - id: index
        type: s4
    seq:
      - id: is_last
        type: b1
        doc: No chunk follows, there is no length, and the body extends to the CRC-32.
      - id: tag
        type: b7
        valid:
          # Ancillary chunks of any type, and critical chunks of known types.
          expr: _ >= 0x40 or _ == 0x01 or _ == 0x02 or (_ >= 0x10 and _ <= 0x18)
        doc: The ancillary bit (0x40) and the type of six bits, as one number.
      - id: in_order
        size: 0
        valid:
          expr: >-
            index == 0 or (_parent.chunks[index - 1].tag < tag
            and not (_parent.chunks[index - 1].is_text and is_text)
            and not (_parent.chunks[index - 1].is_visual and is_visual))
      - id: length
        type: length
        if: not is_last
      - id: body
        size: body_size
        valid:
          expr: body_size <= 2097151
        type:
          switch-on: kind
          cases:
            chunk_kind::text_zlib: text_zlib
            chunk_kind::text_model: text_model
            chunk_kind::visual_msillm_0: visual
            chunk_kind::visual_msillm_1: visual
            chunk_kind::visual_msillm_2: visual
            chunk_kind::visual_msillm_3: visual
            chunk_kind::visual_msillm_4: visual
            chunk_kind::visual_msillm_5: visual
            chunk_kind::visual_msillm_6: visual
            chunk_kind::visual_msillm_7: visual
            chunk_kind::visual_av1: visual
            chunk_kind::original_sha256: sha256
            chunk_kind::note: remark
            chunk_kind::encoder: remark
        doc: Chunks of unknown kinds remain bytes.
    instances:
      kind:
        value: tag
        enum: chunk_kind
      is_ancillary:
        value: tag >= 0x40
        doc: A reader may skip the chunk.
      type:
        value: tag % 64
        doc: Critical and ancillary types are numbered separately.
      is_text:
        value: tag == 0x01 or tag == 0x02
      is_visual:
        value: tag >= 0x10 and tag <= 0x18
      is_private:
        value: tag >= 0x70
      body_size:
        value: 'is_last ? (_io.size - _io.pos - 4).as<s4> : length.value'
        doc: Size of the body, in bytes.
  length:
    doc: |
      A number of bytes as LEB128: seven bits per byte, least significant first, in at most three
      bytes and no more than needed.
    seq:
      - id: has_second
        type: b1
      - id: low
        type: b7
      - id: has_third
        type: b1
        if: has_second
      - id: middle
        type: b7
        if: has_second
        valid:
          expr: _ != 0 or has_third
      - id: has_fourth
        type: b1
        if: has_second and has_third
        valid: false
      - id: high
        type: b7
        if: has_second and has_third
        valid:
          min: 1
    instances:
      value:
        value: >-
          low + (has_second ? middle << 7 : 0) + (has_second and has_third ? high << 14 : 0)
  text_zlib:
    seq:
      - id: words
        size-eos: true
        process: zlib
        type: words
  text_model:
    doc: The words, coded as gcx-1.0-text-model.md describes; not decoded here.
    seq:
      - id: payload
        size-eos: true
  words:
    seq:
      - id: text
        type: str
        encoding: UTF-8
        size-eos: true
    instances:
      size:
        value: _io.size
        doc: Size of the words as UTF-8, in bytes.
  visual:
    doc: |
      The visual condition: a very small copy of the picture. For the payload of AV1, see
      gcx-1.0-av1.md; for that of MS-ILLM, see gcx-1.0-msillm.md.
    seq:
      - id: scale_exponent
        type: b4
      - id: scale_mantissa
        type: b4
        valid:
          expr: scale_exponent < 10 or (scale_exponent == 10 and _ == 0)
      - id: condition_within_limits
        size: 0
        valid:
          expr: condition_height <= 16777216 / condition_width
      - id: payload
        size-eos: true
        valid:
          expr: _io.size > 1
    instances:
      divisor:
        value: (16 + scale_mantissa) << scale_exponent
        doc: 16 times the factor by which the picture was downscaled, from 16 to 16,384.
      scale:
        value: divisor / 16.0
        doc: The factor by which the picture was downscaled, from 1 to 1024.
      # Side over scale, rounded half up: (32 * side + divisor) / (2 * divisor). The multiples of the
      # divisor are taken out first, so that 32 bits are enough in every language.
      condition_width:
        value: 'rounded_width < 1 ? 1 : rounded_width'
        doc: Width of the visual condition, in pixels.
      condition_height:
        value: 'rounded_height < 1 ? 1 : rounded_height'
        doc: Height of the visual condition, in pixels.
      rounded_width:
        value: >-
          _root.header.width / divisor * 16
          + (32 * (_root.header.width % divisor) + divisor) / (2 * divisor)
      rounded_height:
        value: >-
          _root.header.height / divisor * 16
          + (32 * (_root.header.height % divisor) + divisor) / (2 * divisor)
  sha256:
    seq:
      - id: digest
        size: 32
        doc: SHA-256 of the file that was encoded.
      - id: nothing_left
        size: 0
        valid:
          expr: _io.eof
  remark:
    seq:
      - id: text
        type: str
        encoding: UTF-8
        size-eos: true
      - id: within_limits
        size: 0
        valid:
          expr: _io.size >= 1 and _io.size <= 4096
enums:
  chunk_kind:
    0x01:
      id: text_zlib
      doc: The words as a zlib stream.
    0x02:
      id: text_model
      doc: The words, coded with the text model.
    0x10: visual_msillm_0
    0x11: visual_msillm_1
    0x12: visual_msillm_2
    0x13: visual_msillm_3
    0x14: visual_msillm_4
    0x15: visual_msillm_5
    0x16: visual_msillm_6
    0x17: visual_msillm_7
    0x18:
      id: visual_av1
      doc: The visual condition as an AV1 frame.
    0x41:
      id: original_sha256
      doc: SHA-256 of the file that was encoded.
    0x42:
      id: note
      doc: How or why the descriptor was made.
    0x43:
      id: encoder
      doc: The program that made the descriptor.
