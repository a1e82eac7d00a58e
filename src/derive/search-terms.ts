/**
 * The words under which `navi search` finds an object besides its name and namespace. Read from well-known places that
 * many kinds share, so that custom resources are found as built-in ones are; nothing here depends on another object.
 */
import type { ApiResource } from '../core/api-resource.ts';
import { asObject, asString } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { collectAddresses } from './search-addresses.ts';
import { collectConditions, collectContainerStates, collectEvent } from './search-events.ts';
import { collectImages } from './search-images.ts';
import { type SearchTerm, TermCollector } from './term-collector.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The distinct terms of an object: by kind in the order of `TERM_KINDS`, within a kind in the object's order. Of a
 * Secret only what its metadata holds.
 */
export function searchTerms(type: ApiResource, object: KubeObject): readonly SearchTerm[] {
  const terms = new TermCollector();
  collectMetadata(object, terms);
  if (type.group === '' && type.kind === 'Secret') return terms.sorted();
  const spec = asObject(object['spec']);
  const status = asObject(object['status']);
  collectImages(type, object, terms);
  collectAddresses(object, spec, status, terms);
  collectConditions(status, terms);
  collectContainerStates(status, terms);
  if (type.kind === 'Event' && (type.group === '' || type.group === 'events.k8s.io')) collectEvent(object, terms);
  return terms.sorted();
}

function collectMetadata(object: KubeObject, terms: TermCollector): void {
  const labels = asObject(object.metadata.labels);
  for (const key of Object.keys(labels)) terms.add('label', `${key}=${asString(labels[key])}`);
  const annotations = asObject(object.metadata.annotations);
  for (const key of Object.keys(annotations)) {
    if (key !== LAST_APPLIED) terms.add('annotation', `${key}=${asString(annotations[key])}`);
  }
}
