import { asArray, asObject, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';

/** `plural.group` of the type whose objects define other types. */
export const definitionsType = 'customresourcedefinitions.apiextensions.k8s.io';

/** `plural.group` of the type whose objects say where groups are served. */
export const servicesType = 'apiservices.apiregistration.k8s.io';

/**
 * The CustomResourceDefinitions of a cluster, each cut down to what shapes rows: uid, generation, and columns and
 * selectable fields of each version. Their schemas, megabytes in all, are not kept.
 */
export class CustomDefinitions {
  readonly #byName = new Map<string, KubeObject>();
  readonly #established = new Set<string>();

  /** By name, which is the `plural.group` of the type each defines. */
  get byName(): ReadonlyMap<string, KubeObject> {
    return this.#byName;
  }

  /** Names of the definitions that the server says it serves, now or in a moment. */
  get established(): ReadonlySet<string> {
    return this.#established;
  }

  /** Takes over a definition; true where it is new or defines its type in another way than before. */
  put(definition: KubeObject): boolean {
    const { name } = definition.metadata;
    const known = this.#byName.get(name);
    this.#byName.set(name, slim(definition));
    if (isEstablished(definition)) this.#established.add(name);
    else this.#established.delete(name);
    return stateOf(known) !== stateOf(definition);
  }

  /** Takes over all definitions of a complete list; the names of those that are new, changed or gone. */
  replaceAll(definitions: readonly KubeObject[]): readonly string[] {
    const gone = new Set(this.#byName.keys());
    const changed = definitions.filter((definition) => {
      gone.delete(definition.metadata.name);
      return this.put(definition);
    });
    for (const name of gone) this.delete(name);
    return [...changed.map((definition) => definition.metadata.name), ...gone];
  }

  /** Forgets a definition that was deleted. */
  delete(name: string): void {
    this.#byName.delete(name);
    this.#established.delete(name);
  }
}

/** Changes with every change of a definition's spec, and when it is made anew; not with its status. */
function stateOf(definition: KubeObject | undefined): string {
  if (definition === undefined) return '';
  return JSON.stringify([definition.metadata.uid, definition.metadata['generation']]);
}

/** A definition of which no version is served can be established too: its type is in no discovery. */
function isEstablished({ spec, status }: KubeObject): boolean {
  const isServed = asArray(asObject(spec)['versions']).some((version) => asObject(version)['served'] === true);
  const conditions = asArray(asObject(status)['conditions']).map(asObject);
  return isServed && conditions.some((entry) => entry['type'] === 'Established' && entry['status'] === 'True');
}

function slim(definition: KubeObject): KubeObject {
  const { name, uid, generation } = definition.metadata;
  const versions = asArray(asObject(definition['spec'])['versions']).map((version): JsonObject => {
    const fields = asObject(version);
    return {
      name: fields['name'],
      additionalPrinterColumns: fields['additionalPrinterColumns'],
      selectableFields: fields['selectableFields'],
    };
  });
  const { apiVersion, kind } = definition;
  return { apiVersion, kind, metadata: { name, uid, generation }, spec: { versions } };
}
