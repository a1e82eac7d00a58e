/** Addresses have one of these marks, and are of these characters: other words need no closer look. */
const addressLike = /^[\da-f:.]*[:.][\da-f:.]*$/i;

/** An address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** A range of addresses: those that share the first `prefixLength` bits. */
export interface IpRange {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** How many bits an address of the family has. */
export function bitCount(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

/**
 * Reads an address; undefined for anything else, and for what Kubernetes refuses besides: zones, IPv4 with leading zeros,
 * and IPv4 within IPv6 (`::ffff:1.2.3.4`).
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (!addressLike.test(text)) return undefined;
  // Imported, it would be loaded at the start of every command.
  const family = process.getBuiltinModule('node:net').isIP(text);
  if (family === 4) return { family: 4, bits: bitsOf(text.split('.'), 10, 8n) };
  if (family !== 6) return undefined;
  const [before = '', after] = text.split('::');
  const head = groupsOf(before);
  const tail = after === undefined ? [] : groupsOf(after);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const bits = bitsOf([...head, ...zeros, ...tail], 16, 16n);
  return bits >> 32n === 0xffffn ? undefined : { family: 6, bits };
}

/** Reads `address/length`; undefined for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, ip = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseIpAddress(ip);
  const prefixLength = Number(length);
  if (address === undefined || length === '' || prefixLength > bitCount(address.family)) return undefined;
  return { address, prefixLength };
}

/** True where the address lies in the range. */
export function isInRange({ address, prefixLength }: IpRange, other: IpAddress): boolean {
  if (address.family !== other.family) return false;
  const rest = BigInt(bitCount(address.family) - prefixLength);
  return address.bits >> rest === other.bits >> rest;
}

/** The range with every bit behind its prefix zero. */
export function maskedRange({ address, prefixLength }: IpRange): IpRange {
  const rest = BigInt(bitCount(address.family) - prefixLength);
  return { address: { ...address, bits: (address.bits >> rest) << rest }, prefixLength };
}

/** The shortest text (RFC 5952). */
export function ipText({ family, bits }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(':');
  return `${groups.slice(0, zeros.start).join(':')}::${groups.slice(zeros.start + zeros.length).join(':')}`;
}

function groupsOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [group];
    const bits = bitsOf(group.split('.'), 10, 8n);
    return [(bits >> 16n).toString(16), (bits & 0xffffn).toString(16)];
  });
}

function bitsOf(parts: readonly string[], radix: 10 | 16, width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | BigInt(Number.parseInt(part, radix)), 0n);
}

function longestZeros(groups: readonly string[]): { readonly start: number; readonly length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > longest.length) longest = { start, length };
  }
  return longest;
}
