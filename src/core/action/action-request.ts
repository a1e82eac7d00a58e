import { canonicalJson } from '../canonical-json.ts';
import { asObject, asString, type JsonObject } from '../json.ts';
import type { Action, ActionTarget, SentUpon } from './action.ts';

/** A request as it is sent. */
export interface ActionRequest {
  readonly method: 'PATCH' | 'DELETE';
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

/** The object's path on the server, that of a subresource where one is given. */
export function targetPath({ group, version, resource, namespace, name }: ActionTarget, subresource: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const object = `${root}${place}/${resource}/${encodeURIComponent(name)}`;
  return subresource === '' ? object : `${object}/${subresource}`;
}

/** The request of an action that succeeds only for the object, in the very version, that it is sent upon. */
export function requestOf(action: Action, upon: SentUpon, isDryRun: boolean): ActionRequest {
  const { change, target, subresource, fieldManager } = action;
  const { uid } = target;
  const { resourceVersion } = upon;
  const versions = { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) };
  const query = new URLSearchParams(isDryRun ? { dryRun: 'All' } : {});
  if (change.kind !== 'delete') query.set('fieldManager', fieldManager);
  if (change.kind === 'apply' && change.isForced) query.set('force', 'true');
  const path = targetPath(target, subresource);
  const patch = (contentType: string, body: string): ActionRequest => ({
    method: 'PATCH',
    path: `${path}?${query.toString()}`,
    contentType,
    body,
  });
  switch (change.kind) {
    case 'merge':
      return patch('application/merge-patch+json', canonicalJson(withVersions(change.body, versions)));
    case 'strategic':
      return patch('application/strategic-merge-patch+json', canonicalJson(withVersions(change.body, versions)));
    case 'apply':
      return patch('application/apply-patch+yaml', canonicalJson(withVersions(change.body, versions)));
    case 'json': {
      // To give an object that has another version meanwhile this one is a conflict, as in a merge patch. Last, so that it holds.
      const guard = { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion };
      return patch('application/json-patch+json', canonicalJson([...change.operations, guard]));
    }
    case 'delete': {
      const options = { apiVersion: 'v1', kind: 'DeleteOptions', ...change.options, preconditions: versions };
      const text = query.toString();
      const body = canonicalJson(isDryRun ? { ...options, dryRun: ['All'] } : options);
      return { method: 'DELETE', path: text === '' ? path : `${path}?${text}`, contentType: 'application/json', body };
    }
  }
}

/** A version that the user demands stays; one that is taken away would take the guard away. */
function withVersions(body: JsonObject, versions: JsonObject): JsonObject {
  const metadata = asObject(body['metadata']);
  const demanded = Object.keys(versions).filter((key) => asString(metadata[key]) !== '');
  const kept = Object.fromEntries(demanded.map((key) => [key, metadata[key]]));
  return { ...body, metadata: { ...metadata, ...versions, ...kept } };
}
