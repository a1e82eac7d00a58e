import { type ByteText, fromBytes, runeAt, runeBytes } from '../byte-text.ts';
import { type FormatFlags, plainFlags } from './format-flags.ts';
import { formatArgument, plainText } from './format-value.ts';
import { type GoValue, isInteger, typeName } from './value.ts';

/** Go's nil is undefined. */
export type FormatArguments = readonly (GoValue | undefined)[];

/** A width, precision or index beyond this is none. */
const largestNumber = 1_000_000;

const digitRun = /\d*/y;

const flagNames: Readonly<Record<string, 'sharp' | 'zero' | 'plus' | 'minus' | 'space'>> = {
  '#': 'sharp',
  '0': 'zero',
  '+': 'plus',
  '-': 'minus',
  ' ': 'space',
};

/**
 * Go's `Sprintf` (Go 1.26): flags, width, precision, `*` and `[n]`, and the complaints about what does not fit, such as
 * `%!d(MISSING)`.
 */
export function formatPrintf(format: ByteText, values: FormatArguments): ByteText {
  return new Printf(format, values).run();
}

/** Go's `Sprint`: a space between two arguments neither of which is a string. */
export function formatPrint(values: FormatArguments): ByteText {
  let text = '';
  for (const [index, value] of values.entries()) {
    const parts = index > 0 && value?.kind !== 'string' && values[index - 1]?.kind !== 'string';
    text += (parts ? ' ' : '') + plainText(value);
  }
  return text;
}

/** Go's `Sprintln`: a space between arguments and a newline at the end. */
export function formatPrintln(values: FormatArguments): ByteText {
  return `${values.map(plainText).join(' ')}\n`;
}

/** One run over a format. */
class Printf {
  readonly #format: ByteText;
  readonly #values: FormatArguments;
  #text = '';
  #at = 0;
  #argument = 0;
  #isReordered = false;
  /** False once an index of this verb is bad. */
  #hasGoodIndex = true;
  /** True right after an index such as `[3]`. */
  #isAfterIndex = false;

  constructor(format: ByteText, values: FormatArguments) {
    this.#format = format;
    this.#values = values;
  }

  run(): ByteText {
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at);
      const end = percent < 0 ? this.#format.length : percent;
      this.#text += this.#format.slice(this.#at, end);
      this.#at = end + 1;
      if (percent >= 0 && !this.#directive()) {
        break;
      }
    }
    return this.#text + this.#extra();
  }

  /** One verb with all before it. False at the end of the format, where there is none. */
  #directive(): boolean {
    this.#hasGoodIndex = true;
    let flags = this.#flags();
    this.#index();
    flags = this.#width(flags);
    flags = this.#precision(flags);
    if (!this.#isAfterIndex) {
      this.#index();
    }
    if (this.#at >= this.#format.length) {
      this.#text += '%!(NOVERB)';
      return false;
    }
    const { code, width } = runeAt(this.#format, this.#at);
    this.#at += width;
    this.#verb(runeBytes(code), flags);
    return true;
  }

  #flags(): FormatFlags {
    const flags = { ...plainFlags };
    for (;;) {
      const name = flagNames[this.#format[this.#at] ?? ''];
      if (name === undefined) {
        return flags;
      }
      flags[name] = true;
      this.#at += 1;
    }
  }

  #width(flags: FormatFlags): FormatFlags {
    if (this.#format[this.#at] !== '*') {
      const width = this.#number();
      if (this.#isAfterIndex && width !== undefined) {
        this.#hasGoodIndex = false;
      }
      return { ...flags, width };
    }
    const width = this.#star();
    this.#text += width === undefined ? '%!(BADWIDTH)' : '';
    const isNegative = width !== undefined && width < 0;
    return isNegative ? { ...flags, width: -width, minus: true, zero: false } : { ...flags, width };
  }

  #precision(flags: FormatFlags): FormatFlags {
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) {
      return flags;
    }
    this.#at += 1;
    if (this.#isAfterIndex) {
      this.#hasGoodIndex = false;
    }
    this.#index();
    if (this.#format[this.#at] !== '*') {
      return { ...flags, precision: this.#number() ?? 0 };
    }
    const precision = this.#star();
    const isGood = precision !== undefined && precision >= 0;
    this.#text += isGood ? '' : '%!(BADPREC)';
    return { ...flags, precision: isGood ? precision : undefined };
  }

  /** The argument that a `*` takes; undefined unless it is an integer of a fit size. */
  #star(): number | undefined {
    this.#at += 1;
    this.#isAfterIndex = false;
    const value = this.#values[this.#argument];
    this.#argument += this.#argument < this.#values.length ? 1 : 0;
    const number = value !== undefined && isInteger(value) ? Number(value.value) : undefined;
    return number === undefined || Math.abs(number) > largestNumber ? undefined : number;
  }

  /** Digits of the format; undefined when there are none. Too large a number takes all the rest. */
  #number(): number | undefined {
    digitRun.lastIndex = this.#at;
    const digits = digitRun.exec(this.#format)?.[0] ?? '';
    if (isTooLong(digits)) {
      this.#at = this.#format.length;
      return undefined;
    }
    this.#at += digits.length;
    return digits === '' ? undefined : Number(digits);
  }

  /** Reads `[n]`, which makes the nth argument the next one. */
  #index(): void {
    this.#isAfterIndex = false;
    if (this.#format[this.#at] !== '[') {
      return;
    }
    this.#isReordered = true;
    const close = this.#format.indexOf(']', this.#at + 1);
    if (close < 0 || this.#format.length - this.#at < 3) {
      this.#hasGoodIndex = false;
      this.#at += 1;
      return;
    }
    const digits = this.#format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const isNumber = /^\d+$/.test(digits) && !isTooLong(digits);
    const index = Number(digits) - 1;
    this.#isAfterIndex = isNumber;
    if (isNumber && index >= 0 && index < this.#values.length) {
      this.#argument = index;
    } else {
      this.#hasGoodIndex = false;
    }
  }

  #verb(verb: ByteText, flags: FormatFlags): void {
    if (verb === '%') {
      this.#text += '%';
    } else if (!this.#hasGoodIndex) {
      this.#text += `%!${verb}(BADINDEX)`;
    } else if (this.#argument >= this.#values.length) {
      this.#text += `%!${verb}(MISSING)`;
    } else {
      this.#text += formatArgument(this.#values[this.#argument], fromBytes(verb), flagsOf(verb, flags));
      this.#argument += 1;
    }
  }

  #extra(): ByteText {
    if (this.#isReordered || this.#argument >= this.#values.length) {
      return '';
    }
    const extra = this.#values.slice(this.#argument);
    const parts = extra.map((value) => (value === undefined ? '<nil>' : `${typeName(value)}=${plainText(value)}`));
    return `%!(EXTRA ${parts.join(', ')})`;
  }
}

/** For `%v` and `%w` the flags `#` and `+` choose a syntax, and are off for the parts. */
function flagsOf(verb: ByteText, flags: FormatFlags): FormatFlags {
  return verb === 'v' || verb === 'w' ? { ...flags, isGoSyntax: flags.sharp, sharp: false, plus: false } : flags;
}

/** True when Go gives up on a number: it looks at its size before each digit. */
function isTooLong(digits: string): boolean {
  return digits.length > 1 && Number(digits.slice(0, -1)) > largestNumber;
}
