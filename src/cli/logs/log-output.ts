import type { PatientStdout } from '../../output/patient-stdout.ts';

/** Longest line that is held until its end is there (bytes); a longer one is passed on in pieces. */
const longestLine = 1024 ** 2;

const lineFeed = 0x0a;

/** Cuts bytes behind the line feeds in them, so that what several logs say never mixes within a line. */
export class LineCutter {
  #held: Buffer[] = [];
  #heldLength = 0;

  /** All that ends with a line feed; undefined where nothing does yet. */
  push(chunk: Buffer): Buffer | undefined {
    const end = chunk.lastIndexOf(lineFeed) + 1;
    const whole = end > 0 ? Buffer.concat([...this.#held, chunk.subarray(0, end)]) : undefined;
    if (whole !== undefined) this.#forget();
    if (end < chunk.length) {
      this.#held.push(chunk.subarray(end));
      this.#heldLength += chunk.length - end;
    }
    return this.#heldLength <= longestLine ? whole : joined(whole, this.end());
  }

  /** The line that has no end. */
  end(): Buffer | undefined {
    const rest = this.#heldLength === 0 ? undefined : Buffer.concat(this.#held);
    this.#forget();
    return rest;
  }

  #forget(): void {
    this.#held = [];
    this.#heldLength = 0;
  }
}

/** Writes a log as it comes, each line behind `prefix`; reads on only once what was read has been taken. */
export async function writeLog(
  bytes: AsyncIterable<Buffer>,
  stdout: PatientStdout,
  { prefix, isByLine }: { readonly prefix: string; readonly isByLine: boolean },
): Promise<void> {
  const cutter = new LineCutter();
  const write = async (lines: Buffer | undefined): Promise<void> => {
    if (lines === undefined) return;
    stdout.write(prefix === '' ? lines : withPrefix(lines, prefix));
    await stdout.flush();
  };
  try {
    for await (const chunk of bytes) await write(isByLine || prefix !== '' ? cutter.push(chunk) : chunk);
  } finally {
    await write(cutter.end());
  }
}

/** Lines of any bytes: names of pods and containers are ASCII. */
function withPrefix(lines: Buffer, prefix: string): Buffer {
  const text = lines.toString('latin1');
  const isEnded = text.endsWith('\n');
  const body = (isEnded ? text.slice(0, -1) : text).replaceAll('\n', `\n${prefix}`);
  return Buffer.from(`${prefix}${body}${isEnded ? '\n' : ''}`, 'latin1');
}

function joined(first: Buffer | undefined, second: Buffer | undefined): Buffer | undefined {
  return first === undefined || second === undefined ? (first ?? second) : Buffer.concat([first, second]);
}
