import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { ObjectReference } from './reference.ts';

type Named = readonly [kind: string, name: Json | undefined, isOptional?: Json | undefined];

/** What a pod needs to run (core/v1 PodSpec), each once; a name that is wanted and optional is wanted. */
export function podReferences(spec: JsonObject, namespace: string): readonly ObjectReference[] {
  const found = new Map<string, ObjectReference>();
  const add = (verb: string, [kind, name, optional]: Named): void => {
    if (asString(name) === '') return;
    const key = `${kind}/${asString(name)}`;
    const isOptional = optional === true && found.get(key)?.isOptional !== false;
    found.set(key, { verb, group: '', kind, namespace, name: asString(name), isOptional });
  };
  for (const volume of asArray(spec['volumes'])) for (const each of volumeSources(asObject(volume))) add('uses', each);
  for (const container of containersOf(spec)) for (const each of environment(container)) add('uses', each);
  for (const secret of asArray(spec['imagePullSecrets'])) add('pulls with', ['Secret', asObject(secret)['name']]);
  const account = asString(spec['serviceAccountName']);
  if (account !== '' && account !== 'default') add('runs as', ['ServiceAccount', account]);
  return [...found.values()];
}

/** Containers of every sort. */
export function containersOf(spec: JsonObject): readonly JsonObject[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => asArray(spec[list]).map(asObject));
}

function volumeSources(volume: JsonObject): readonly Named[] {
  const { configMap, secret, persistentVolumeClaim, projected } = volume;
  return [
    ['ConfigMap', asObject(configMap)['name'], asObject(configMap)['optional']],
    ['Secret', asObject(secret)['secretName'], asObject(secret)['optional']],
    ['PersistentVolumeClaim', asObject(persistentVolumeClaim)['claimName']],
    ...asArray(asObject(projected)['sources']).flatMap((source): readonly Named[] => {
      const of = asObject(source);
      return [
        ['ConfigMap', asObject(of['configMap'])['name'], asObject(of['configMap'])['optional']],
        ['Secret', asObject(of['secret'])['name'], asObject(of['secret'])['optional']],
      ];
    }),
  ];
}

function environment(container: JsonObject): readonly Named[] {
  const whole = asArray(container['envFrom']).flatMap((each): readonly Named[] => {
    const { configMapRef, secretRef } = asObject(each);
    return [
      ['ConfigMap', asObject(configMapRef)['name'], asObject(configMapRef)['optional']],
      ['Secret', asObject(secretRef)['name'], asObject(secretRef)['optional']],
    ];
  });
  const single = asArray(container['env']).flatMap((each): readonly Named[] => {
    const { configMapKeyRef, secretKeyRef } = asObject(asObject(each)['valueFrom']);
    return [
      ['ConfigMap', asObject(configMapKeyRef)['name'], asObject(configMapKeyRef)['optional']],
      ['Secret', asObject(secretKeyRef)['name'], asObject(secretKeyRef)['optional']],
    ];
  });
  return [...whole, ...single];
}
