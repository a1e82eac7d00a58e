import type { Environment } from '@marcbachmann/cel-js';
import {
  ipText,
  isInRange,
  maskedRange,
  parseIpAddress,
  parseIpRange,
  type IpAddress,
  type IpRange,
} from '../../core/ip-address.ts';
import { Ip } from './address-value.ts';
import { celFailure } from './cel-failure.ts';
import { namespacedFunction, replaceFunction } from './define.ts';

/** A range of addresses within an expression. */
class Cidr {
  readonly range: IpRange;

  constructor(range: IpRange) {
    this.range = range;
  }

  equals(other: unknown): boolean {
    return other instanceof Cidr && cidrText(other.range) === cidrText(this.range);
  }
}

function ip(text: string): Ip {
  const address = parseIpAddress(text);
  if (address === undefined) throw celFailure(`${JSON.stringify(text)} is no IP address`);
  return new Ip(address);
}

function cidr(text: string): Cidr {
  const range = parseIpRange(text);
  if (range === undefined) throw celFailure(`${JSON.stringify(text)} is no CIDR`);
  return new Cidr(range);
}

const within = (range: string, address: IpAddress): boolean => isInRange(cidr(range).range, address);

/** Ranges by what Go's net/netip calls them. */
const isLinkLocalUnicast = (address: IpAddress): boolean =>
  within('169.254.0.0/16', address) || within('fe80::/10', address);
const isLinkLocalMulticast = (address: IpAddress): boolean =>
  within('224.0.0.0/24', address) || (address.family === 6 && ((address.bits >> 112n) & 0xff0fn) === 0xff02n);
const isLoopback = (address: IpAddress): boolean => within('127.0.0.0/8', address) || within('::1/128', address);
const isMulticast = (address: IpAddress): boolean => within('224.0.0.0/4', address) || within('ff00::/8', address);
const isUnspecified = ({ bits }: IpAddress): boolean => bits === 0n;

function isGlobalUnicast(address: IpAddress): boolean {
  const isBroadcast = address.family === 4 && address.bits === 0xff_ff_ff_ffn;
  const isOther = isUnspecified(address) || isLoopback(address) || isMulticast(address) || isLinkLocalUnicast(address);
  return !isBroadcast && !isOther;
}

function contains({ range }: Cidr, other: Cidr): boolean {
  return range.prefixLength <= other.range.prefixLength && isInRange(range, other.range.address);
}

const cidrText = ({ address, prefixLength }: IpRange): string => `${ipText(address)}/${prefixLength}`;

/** Kubernetes' functions for addresses and ranges (apiserver 1.36). */
export function registerAddressFunctions(environment: Environment): void {
  environment
    .registerType('net.IP', { ctor: Ip, fields: {} })
    .registerType('net.CIDR', { ctor: Cidr, fields: {} })
    .registerFunction('isIP(string): bool', (text: string) => parseIpAddress(text) !== undefined)
    .registerFunction('ip(string): net.IP', ip)
    .registerOperator('net.IP == net.IP', (a: Ip, b: Ip) => a.equals(b))
    .registerFunction('net.IP.family(): int', ({ address }: Ip) => BigInt(address.family))
    .registerFunction('net.IP.isUnspecified(): bool', ({ address }: Ip) => isUnspecified(address))
    .registerFunction('net.IP.isLoopback(): bool', ({ address }: Ip) => isLoopback(address))
    .registerFunction('net.IP.isLinkLocalMulticast(): bool', ({ address }: Ip) => isLinkLocalMulticast(address))
    .registerFunction('net.IP.isLinkLocalUnicast(): bool', ({ address }: Ip) => isLinkLocalUnicast(address))
    .registerFunction('net.IP.isGlobalUnicast(): bool', ({ address }: Ip) => isGlobalUnicast(address))
    .registerFunction('isCIDR(string): bool', (text: string) => parseIpRange(text) !== undefined)
    .registerFunction('cidr(string): net.CIDR', cidr)
    .registerOperator('net.CIDR == net.CIDR', (a: Cidr, b: Cidr) => a.equals(b))
    .registerFunction('net.CIDR.containsIP(string): bool', ({ range }: Cidr, text: string) =>
      isInRange(range, ip(text).address),
    )
    .registerFunction('net.CIDR.containsIP(net.IP): bool', ({ range }: Cidr, { address }: Ip) =>
      isInRange(range, address),
    )
    .registerFunction('net.CIDR.containsCIDR(string): bool', (range: Cidr, text: string) => contains(range, cidr(text)))
    .registerFunction('net.CIDR.containsCIDR(net.CIDR): bool', contains)
    .registerFunction('net.CIDR.ip(): net.IP', ({ range }: Cidr) => new Ip(range.address))
    .registerFunction('net.CIDR.masked(): net.CIDR', ({ range }: Cidr) => new Cidr(maskedRange(range)))
    .registerFunction('net.CIDR.prefixLength(): int', ({ range }: Cidr) => BigInt(range.prefixLength));
  replaceFunction(environment, 'string(net.IP): string', ({ address }: Ip) => ipText(address));
  replaceFunction(environment, 'string(net.CIDR): string', ({ range }: Cidr) => cidrText(range));
  namespacedFunction(environment, 'ip.isCanonical(string): bool', (text: string) => ipText(ip(text).address) === text);
}
