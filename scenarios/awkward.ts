/** Payloads that break a careless encoder, by what is awkward about each. */
export const AWKWARD: Readonly<Record<string, string>> = {
  'an empty message': '',
  'a space in front': ' leading',
  'line feeds': 'one\ntwo\n\nfour\n',
  'CRLF and lone CR': 'one\r\ntwo\rthree\r',
  'what looks like SSE': 'data: x\nid: 9\nevent: gap\n\n: comment',
  'a closing script tag': '</script><script>alert(1)</script><!-- ]]> -->',
  'an opening comment': '<!--<script>',
  'U+2028 and U+2029': 'a\u2028b\u2029c',
  NUL: 'a\0b',
  'JSON quotes': '{"a":"\\"\\\\\\n"}',
  'a byte order mark': '\ufeffBOM',
  'every plane': Array.from({ length: 17 }, (_, plane) => String.fromCodePoint(plane * 0x10000 + 0xfffd)).join(''),
  'every kind of character': Array.from({ length: 0x1100 }, (_, i) => i * 0x100 + 0x41)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .join(''),
};

const MIXED = 'é漢😀x';

/** 2^20 bytes to the last one, in characters of one to four. */
export const MEBIBYTE =
  MIXED.repeat(2 ** 20 / Buffer.byteLength(MIXED)) + 'x'.repeat(2 ** 20 % Buffer.byteLength(MIXED));
