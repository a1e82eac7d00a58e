import { asObject, asString, type Json } from '../core/json.ts';
import { badRequest } from './api-status.ts';
import { goJson } from './go-json.ts';

/** Where a paged list goes on. */
export interface ContinuePosition {
  /** Revision of the first page; -1 for the newest one, which mixes revisions. */
  readonly revision: number;
  /** The first key that is wanted, without the namespace where one namespace is listed. */
  readonly start: string;
}

const encodedVersion = 'meta.k8s.io/v1';

/** base64url without padding. The token of a 410 has revision -1 and, as on a real server, no leading slash. */
export function encodeContinue(position: ContinuePosition): string {
  const start = position.revision < 0 ? position.start : `/${position.start}`;
  return Buffer.from(goJson({ v: encodedVersion, rv: position.revision, start })).toString('base64url');
}

function refuse(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

function decodeJson(token: string): Json {
  const illegal = /[^A-Za-z0-9_-]/.exec(token);
  if (illegal !== null) throw refuse(`illegal base64 data at input byte ${illegal.index}`);
  const text = Buffer.from(token, 'base64url').toString('latin1');
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as Json;
  } catch {
    throw refuse(`invalid character '${text[0] ?? ''}' looking for beginning of value`);
  }
}

/** Reads a token. @throws ApiRefusal 400 */
export function decodeContinue(token: string): ContinuePosition {
  const { v, rv, start } = asObject(decodeJson(token));
  if (v !== encodedVersion) throw refuse(`server does not recognize this encoded version ${asString(v)}`);
  if (typeof rv !== 'number' || rv === 0) {
    throw refuse(`incorrect encoded start resourceVersion (version ${encodedVersion})`);
  }
  if (asString(start) === '') throw refuse(`empty encoded start key (version ${encodedVersion})`);
  return { revision: rv, start: asString(start).replace(/^\//, '') };
}
