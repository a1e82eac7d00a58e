import type * as Crypto from 'node:crypto';
import type * as Net from 'node:net';
import type * as Os from 'node:os';
import type * as Zlib from 'node:zlib';

// Modules of Node that are loaded with the first call: most commands use none of them, and each would pay for all at its start.

/** Node's crypto. */
export const crypto = (): typeof Crypto => process.getBuiltinModule('node:crypto');

/** Node's net. */
export const net = (): typeof Net => process.getBuiltinModule('node:net');

/** Node's os. */
export const os = (): typeof Os => process.getBuiltinModule('node:os');

/** Node's zlib. */
export const zlib = (): typeof Zlib => process.getBuiltinModule('node:zlib');
