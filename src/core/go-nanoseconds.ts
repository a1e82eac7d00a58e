const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** A duration that Go takes (`1h30m`, `-1.5s`), as its time.ParseDuration reads it: in nanoseconds. */
export function goNanoseconds(text: string): bigint {
  let sum = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)(?:\.(\d*))?([a-zµμ]+)/g)) {
    const factor = unitNanoseconds[unit] ?? 0n;
    sum += BigInt(whole || '0') * factor + (BigInt(fraction || '0') * factor) / 10n ** BigInt(fraction.length);
  }
  return text.startsWith('-') ? -sum : sum;
}
