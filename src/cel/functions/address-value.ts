import { ipText, type IpAddress } from '../../core/ip-address.ts';

/** An address within an expression. */
export class Ip {
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    this.address = address;
  }

  equals(other: unknown): boolean {
    return other instanceof Ip && ipText(other.address) === ipText(this.address);
  }
}

/** An address of an expression; undefined for any other value. */
export function addressOf(value: unknown): IpAddress | undefined {
  return value instanceof Ip ? value.address : undefined;
}
