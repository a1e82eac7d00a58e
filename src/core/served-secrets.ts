import { asArray, asObject, asString, type JsonObject } from './json.ts';

/** A Secret that an object names. */
export interface NamedSecret {
  readonly namespace: string;
  readonly name: string;
}

/** What precedes `NAMESPACE/NAME` of a Secret in a term of kind `field` of what serves with it. No selector can name it: these kinds have no such field. */
export const servedSecretTerm = 'secret=';

/** Kinds that serve with certificates of Secrets, `group/Kind`. */
const servers: Readonly<Record<string, (object: JsonObject, namespace: string) => readonly NamedSecret[]>> = {
  'networking.k8s.io/Ingress': (object, namespace) =>
    asArray(asObject(object['spec'])['tls']).map((each) => ({
      namespace,
      name: asString(asObject(each)['secretName']),
    })),
  // What a reference of the Gateway API leaves out is the usual.
  'gateway.networking.k8s.io/Gateway': (object, namespace) =>
    asArray(asObject(object['spec'])['listeners'])
      .flatMap((each) => asArray(asObject(asObject(each)['tls'])['certificateRefs']))
      .map(asObject)
      .filter(({ group = '', kind = 'Secret' }) => group === '' && kind === 'Secret')
      .map((each) => ({ namespace: asString(each['namespace'] ?? namespace), name: asString(each['name']) })),
};

/** The kinds that may serve with a certificate, `group/Kind`. */
export const servingKinds: readonly string[] = Object.keys(servers);

/** The Secrets with whose certificates an object serves, each once, in its order; none for any other kind. */
export function servedSecrets(kind: string, object: JsonObject, namespace: string): readonly NamedSecret[] {
  const named = servers[kind]?.(object, namespace).filter(({ name }) => name !== '') ?? [];
  return [...new Map(named.map((each) => [`${each.namespace}/${each.name}`, each])).values()];
}
