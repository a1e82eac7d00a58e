/** What is asked of a log, as the query of the request has it (core/v1 PodLogOptions). */
export type LogWindow = Readonly<Record<string, string | undefined>>;

const lineFeed = 0x0a;

/** The time that a kubelet puts before a line (RFC 3339 with nanoseconds), and the space behind it. */
const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /;
const longestStamp = 48;

/**
 * What a kubelet 1.36 answers of a log, made from its lines, each behind its time: first the last lines, of these what is young enough,
 * of that the first bytes.
 * @param nowMs to which `sinceSeconds` counts (epoch ms)
 */
export function logWindow(
  text: Buffer,
  { tailLines, sinceSeconds, sinceTime, timestamps, limitBytes }: LogWindow,
  nowMs: number,
): Buffer {
  const sinceMs =
    sinceTime === undefined
      ? nowMs - (sinceSeconds === undefined ? Infinity : Number(sinceSeconds) * 1_000)
      : Date.parse(sinceTime);
  const lines = linesOf(text);
  const last = tailLines === undefined ? lines : lines.slice(Math.max(0, lines.length - Number(tailLines)));
  const chosen = last.flatMap((line): readonly Buffer[] => {
    const told = stamp.exec(line.toString('latin1', 0, longestStamp))?.[0];
    // Only the last line may have been cut within its time.
    if (told === undefined) return [];
    if (Date.parse(told.trimEnd()) < sinceMs) return [];
    return [timestamps === 'true' ? line : line.subarray(told.length)];
  });
  const bytes = Buffer.concat(chosen);
  return limitBytes === undefined ? bytes : bytes.subarray(0, Number(limitBytes));
}

/** With their line feeds. */
function linesOf(text: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf(lineFeed, from);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.subarray(from, next));
    from = next;
  }
  return lines;
}
