import { type ByteText, runeCount } from '../byte-text.ts';

/** The flags, width and precision of one verb of `printf`. */
export interface FormatFlags {
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** `%#v`: Go syntax. */
  readonly isGoSyntax: boolean;
  /** In characters; undefined when none is given. */
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** A verb without anything. */
export const plainFlags: FormatFlags = {
  minus: false,
  plus: false,
  sharp: false,
  space: false,
  zero: false,
  isGoSyntax: false,
  width: undefined,
  precision: undefined,
};

/** The text brought to the width: on the left with zeros where the flags say so. */
export function padded(text: ByteText, flags: FormatFlags, allowsZeros = true): ByteText {
  const missing = (flags.width ?? 0) - runeCount(text);
  if (missing <= 0) {
    return text;
  }
  if (flags.minus) {
    return text + ' '.repeat(missing);
  }
  return (flags.zero && allowsZeros ? '0' : ' ').repeat(missing) + text;
}
