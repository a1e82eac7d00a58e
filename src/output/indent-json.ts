import { goJsonNumber } from '../core/go-number.ts';

/**
 * Lays out canonical compact JSON (keys already sorted) as `kubectl get -o json` prints it (kubectl 1.36): 4 spaces per
 * level, `[]` and `{}` on one line, `< > &` and U+2028/2029 escaped, numbers as Go rewrites them. The text is scanned
 * as bytes, never parsed.
 *
 * `depth` is the level the value stands at: lines after the first are indented by that many levels more. No newline at
 * the end.
 */
export function indentJson(compact: string, depth: number): string {
  const source = encode(compact);
  const sink: Sink = { bytes: outputScratch, length: 0 };
  let level = depth;
  for (let at = 0; at < source.length;) {
    makeRoom(sink, source.length - at, level);
    const code = source[at] ?? 0;
    if (code === quote) {
      at = copyString(source, at, sink);
    } else if (code === colon) {
      sink.bytes[sink.length++] = colon;
      sink.bytes[sink.length++] = space;
      at += 1;
    } else if (code === comma) {
      sink.bytes[sink.length++] = comma;
      breakLine(sink, level);
      at += 1;
    } else if (code === openBrace || code === openBracket) {
      sink.bytes[sink.length++] = code;
      at += 1;
      if (source[at] === code + closing) {
        sink.bytes[sink.length++] = code + closing;
        at += 1;
      } else {
        level += 1;
        breakLine(sink, level);
      }
    } else if (code === openBrace + closing || code === openBracket + closing) {
      level -= 1;
      breakLine(sink, level);
      sink.bytes[sink.length++] = code;
      at += 1;
    } else {
      at = copyScalar(source, at, sink);
    }
  }
  return sink.bytes.toString('utf8', 0, sink.length);
}

/** Bytes written so far; `bytes` has room beyond `length` and moves when it grows. */
interface Sink {
  bytes: Buffer;
  length: number;
}

const newline = 0x0a;
const space = 0x20;
const quote = 0x22;
const ampersand = 0x26;
const comma = 0x2c;
const colon = 0x3a;
const less = 0x3c;
const greater = 0x3e;
const openBracket = 0x5b;
const backslash = 0x5c;
const openBrace = 0x7b;
/** From an opening bracket or brace to its partner. */
const closing = 2;

/** An object of the API is a few KB; only larger ones need space of their own. */
const scratchBytes = 256 * 1024;
const inputScratch = Buffer.allocUnsafeSlow(scratchBytes);
const outputScratch = Buffer.allocUnsafeSlow(4 * scratchBytes);

function encode(text: string): Buffer {
  // A UTF-16 unit takes at most three bytes.
  if (text.length * 3 > scratchBytes) {
    return Buffer.from(text);
  }
  return inputScratch.subarray(0, inputScratch.write(text));
}

/** Room for a line break and for all that is left, were every byte of it to become a six-byte escape. */
function makeRoom(sink: Sink, leftBytes: number, level: number): void {
  const needed = sink.length + leftBytes * 6 + level * 4 + 8;
  if (needed > sink.bytes.length) {
    const grown = Buffer.allocUnsafe(needed * 2);
    sink.bytes.copy(grown, 0, 0, sink.length);
    sink.bytes = grown;
  }
}

function breakLine(sink: Sink, level: number): void {
  const { bytes } = sink;
  let at = sink.length;
  bytes[at++] = newline;
  for (const end = at + level * 4; at < end; at += 1) {
    bytes[at] = space;
  }
  sink.length = at;
}

/** Copies the string that starts at `at`; gives the position after it. */
function copyString(source: Buffer, at: number, sink: Sink): number {
  const { bytes } = sink;
  let from = at + 1;
  let to = sink.length;
  bytes[to++] = quote;
  for (;;) {
    const code = source[from++] ?? quote;
    if (code === less || code === greater || code === ampersand) {
      to += bytes.write(`\\u00${code.toString(16)}`, to, 'latin1');
    } else if (code === 0xe2 && isLineSeparator(source, from)) {
      to += bytes.write(source[from + 1] === 0xa8 ? '\\u2028' : '\\u2029', to, 'latin1');
      from += 2;
    } else {
      bytes[to++] = code;
      if (code === backslash) {
        bytes[to++] = source[from++] ?? quote;
      } else if (code === quote) {
        break;
      }
    }
  }
  sink.length = to;
  return from;
}

/** True for the last two bytes of U+2028 or U+2029. */
function isLineSeparator(source: Buffer, at: number): boolean {
  return source[at] === 0x80 && (source[at + 1] === 0xa8 || source[at + 1] === 0xa9);
}

/** Copies the number, `true`, `false` or `null` that starts at `at`; gives the position after it. */
function copyScalar(source: Buffer, at: number, sink: Sink): number {
  const { bytes } = sink;
  const start = sink.length;
  let from = at;
  let allDigits = true;
  for (let code = source[from]; code !== undefined && !endsScalar(code); code = source[from]) {
    allDigits &&= code >= 0x30 && code <= 0x39;
    bytes[sink.length++] = code;
    from += 1;
  }
  const isNumber = (source[at] ?? 0) <= 0x39;
  if (isNumber && (!allDigits || from - at > 18)) {
    const text = goJsonNumber(source.toString('latin1', at, from));
    // At most six times its token: `9e20` is the worst.
    sink.length = start + sink.bytes.write(text, start, 'latin1');
  }
  return from;
}

function endsScalar(code: number): boolean {
  return code === comma || code === openBrace + closing || code === openBracket + closing;
}
