import { canonicalJson, parseJson } from '../../core/canonical-json.ts';
import { asArray, asObject, type JsonObject } from '../../core/json.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import { indentJson } from '../../output/indent-json.ts';
import { yamlText } from '../../output/yaml-text.ts';

/** What the API server writes into the metadata of an object, whoever made it. */
const servedMetadata = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];

/** The object once more, as it was last applied. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Types that tell what happens and not what was wanted: they change while nobody changes anything. */
export function isPassing({ group, resource }: Pick<MirrorType, 'group' | 'resource'>): boolean {
  return group === 'coordination.k8s.io' || (group === '' && ['events', 'endpoints'].includes(resource));
}

/** Whether a controller made an object, and makes it again where it is missing. */
export function isControlled(object: JsonObject): boolean {
  const owners = asArray(asObject(object['metadata'])['ownerReferences']);
  return owners.some((owner) => asObject(owner)['controller'] === true);
}

/**
 * What is wanted of an object, and so is the same until somebody changes that: without its status, what the API server
 * writes into metadata, and the copy that kubectl apply leaves there.
 */
export function wantedObject(object: JsonObject): JsonObject {
  const { status: _status, ...wanted } = object;
  const metadata = Object.entries(asObject(object['metadata'])).filter(([name]) => !servedMetadata.includes(name));
  return { ...wanted, metadata: withoutCopy(Object.fromEntries(metadata)) };
}

function withoutCopy(metadata: JsonObject): JsonObject {
  const { annotations, ...others } = metadata;
  const { [lastApplied]: copy, ...kept } = asObject(annotations);
  if (copy === undefined) return metadata;
  return Object.keys(kept).length === 0 ? others : { ...others, annotations: kept };
}

/** What YAML has no character for, or takes for the end of a line. */
const unfit = /[\u007F-\u009F\uFFFE\uFFFF]/g;

/**
 * An object as a YAML file, as kubectl prints it. One with texts that kubectl would change or refuse is written as indented
 * JSON with these characters escaped, which is YAML too.
 */
export function yamlFile(object: JsonObject): string {
  const json = canonicalJson(object);
  const printed = json.search(unfit) === -1 ? yamlText(object) : undefined;
  if (printed?.ok === true) return printed.text;
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${indentJson(json, 0).replaceAll(unfit, escape)}\n`;
}

/** The object of a row whose body was read. */
export function objectOf(body: string): JsonObject {
  return asObject(parseJson(body));
}
