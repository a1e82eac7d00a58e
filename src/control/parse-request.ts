import { isAbsolute } from 'node:path';
import { NaviError } from '../errors/navi-error.ts';
import type { Action } from '../core/action/action.ts';
import { parseJson } from '../core/canonical-json.ts';
import type { ContextOverrides } from '../kubeconfig/resolve-context.ts';
import {
  usePurposes,
  type ContextChoice,
  type ControlRequest,
  type HandedCredential,
  type UsePurpose,
} from './protocol.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A line from the control socket as a request; fields that are not of the protocol are left out.
 * @throws NAVI_USAGE for what is no request; the message names the field, never its value
 */
export function parseControlRequest(line: string): ControlRequest {
  const fields = fieldsOf(parsed(line), 'the request');
  const { method } = fields;
  switch (method) {
    case 'info':
    case 'live':
    case 'metrics':
    case 'reload':
    case 'stop':
      return { method };
    case 'add':
    case 'confirm':
    case 'follow':
      return { method, ...choiceOf(fields) };
    case 'run-queue':
      return { method, ...choiceOf(fields) };
    case 'act':
      return {
        method,
        ...choiceOf(fields),
        headers: headersOf(fields['headers']),
        action: actionOf(fields['action']),
        isDryRun: fields['isDryRun'] !== false,
      };
    case 'refresh':
    case 'verify':
      return { method, ...choiceOf(fields), types: textsOf(fields['types'], 'types') };
    case 'used-logs':
      return { method, ...choiceOf(fields), logs: idsOf(fields['logs'], 'logs') };
    case 'use':
      return {
        method,
        ...choiceOf(fields),
        types: textsOf(fields['types'], 'types'),
        purpose: purposeOf(fields['purpose']),
      };
    case 'read':
    case 'stream':
      return {
        method,
        ...choiceOf(fields),
        path: pathOf(fields['path']),
        accept: textOf(fields['accept'], 'accept'),
        headers: headersOf(fields['headers']),
      };
    case 'wake': {
      const { credential } = fields;
      return { method, ...choiceOf(fields), ...(credential === undefined ? {} : { credential: handed(credential) }) };
    }
    default:
      throw wrong('method', 'one that this daemon knows');
  }
}

function wrong(field: string, wanted: string): NaviError {
  return new NaviError('NAVI_USAGE', `the daemon cannot use this request: ${field} must be ${wanted}`, {
    hints: ['navi stop ends a daemon of another version; navi sync --detach starts one of this version'],
  });
}

function parsed(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    throw wrong('the request', 'a line of JSON');
  }
}

function purposeOf(value: unknown): UsePurpose {
  const purpose = usePurposes.find((known) => known === value);
  if (purpose === undefined) throw wrong('purpose', usePurposes.join(', '));
  return purpose;
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'an object');
  return value as Fields;
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrong(name, 'a text');
  return value;
}

function optionalText(value: unknown, name: string): string | undefined {
  return value === undefined ? undefined : textOf(value, name);
}

function textsOf(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw wrong(name, 'a list of texts');
  return value.map((item) => textOf(item, name));
}

function idsOf(value: unknown, name: string): readonly number[] {
  const isIds = Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
  if (!isIds) throw wrong(name, 'a list of whole numbers');
  return value as number[];
}

function choiceOf(fields: Fields): ContextChoice {
  const { overrides } = fields;
  return {
    contexts: textsOf(fields['contexts'], 'contexts'),
    kubeconfig: textsOf(fields['kubeconfig'], 'kubeconfig').map(fileOf),
    ...(overrides === undefined ? {} : { overrides: overridesOf(fieldsOf(overrides, 'overrides')) }),
  };
}

/**
 * Devices and open files, such as the pipes of a shell, are of the process that names them: the daemon's are others. In /dev/shm
 * are files like any.
 */
function fileOf(path: string): string {
  if (!isAbsolute(path) || /^\/+(dev\/+(?!shm\/)|proc\/)/.test(path))
    throw wrong('kubeconfig', 'files by their absolute paths');
  return path;
}

function overridesOf(fields: Fields): ContextOverrides {
  const insecure = fields['insecureSkipTlsVerify'];
  if (insecure !== undefined && typeof insecure !== 'boolean') throw wrong('insecureSkipTlsVerify', 'true or false');
  return {
    cluster: optionalText(fields['cluster'], 'cluster'),
    user: optionalText(fields['user'], 'user'),
    server: optionalText(fields['server'], 'server'),
    tlsServerName: optionalText(fields['tlsServerName'], 'tlsServerName'),
    caFile: optionalText(fields['caFile'], 'caFile'),
    insecureSkipTlsVerify: insecure,
  };
}

/** Its parts are looked at as far as they lead to a place on the server. */
function actionOf(value: unknown): Action {
  const fields = fieldsOf(value, 'action');
  const target = fieldsOf(fields['target'], 'action.target');
  for (const name of ['group', 'version', 'resource', 'kind', 'namespace', 'name', 'uid'])
    textOf(target[name], `action.target.${name}`);
  for (const name of ['group', 'version', 'resource'])
    if (!/^[a-z0-9.-]*$/.test(textOf(target[name], name))) throw wrong(`action.target.${name}`, 'a name');
  if (!/^[a-z]*$/.test(textOf(fields['subresource'], 'action.subresource')))
    throw wrong('action.subresource', 'a name');
  textOf(fields['fieldManager'], 'action.fieldManager');
  fieldsOf(fields['change'], 'action.change');
  if (!Array.isArray(fields['touched'])) throw wrong('action.touched', 'a list');
  return fields as unknown as Action;
}

/** A path of the server: with anything else before it, it could lead to another one. */
function pathOf(value: unknown): string {
  const path = textOf(value, 'path');
  if (!path.startsWith('/')) throw wrong('path', 'a path that begins with /');
  return path;
}

function headersOf(value: unknown): Readonly<Record<string, string | readonly string[]>> {
  const headers = Object.entries(fieldsOf(value, 'headers')).map(
    ([name, given]): [string, string | readonly string[]] => [
      name,
      typeof given === 'string' ? given : textsOf(given, 'headers'),
    ],
  );
  return Object.fromEntries(headers);
}

function handed(value: unknown): HandedCredential {
  const fields = fieldsOf(value, 'credential');
  const { expiresAt } = fields;
  if (expiresAt !== null && Number.isNaN(Date.parse(textOf(expiresAt, 'expiresAt'))))
    throw wrong('expiresAt', 'a time, or null');
  return {
    token: textOf(fields['token'], 'token'),
    certificate: textOf(fields['certificate'], 'certificate'),
    key: textOf(fields['key'], 'key'),
    expiresAt: expiresAt as string | null,
  };
}
