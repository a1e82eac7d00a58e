/**
 * Which field labels the server accepts in a field selector, per kind, and what it says to any other
 * (kube-apiserver 1.36). Only `metadata.name` and `metadata.namespace` are accepted where a kind is not named here.
 */
import { type ApiResource, apiVersion } from '../api-resource.ts';
import { goQuote } from '../go-quote.ts';

type Type = Pick<ApiResource, 'group' | 'version' | 'kind' | 'namespaced'>;

interface FieldRules {
  readonly fields: readonly string[];
  /** Labels taken for another one, such as the old `spec.host` of pods. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** False where the server refuses `metadata.namespace`. */
  readonly acceptsNamespace: boolean;
}

const EVENT_SUBJECT = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

/** Keyed by `group/Kind`. */
const BUILT_IN: Readonly<Record<string, FieldRules>> = {
  '/Pod': {
    fields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.podIPs',
      'status.nominatedNodeName',
    ],
    aliases: { 'spec.host': 'spec.nodeName' },
    acceptsNamespace: true,
  },
  '/Node': { fields: ['spec.unschedulable'], acceptsNamespace: false },
  '/Namespace': { fields: ['status.phase'], acceptsNamespace: false },
  '/Secret': { fields: ['type'], acceptsNamespace: true },
  '/Service': { fields: ['spec.clusterIP', 'spec.type'], acceptsNamespace: true },
  '/ReplicationController': { fields: ['status.replicas'], acceptsNamespace: true },
  '/Event': {
    fields: [
      ...EVENT_SUBJECT.map((name) => `involvedObject.${name}`),
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
    acceptsNamespace: true,
  },
  'events.k8s.io/Event': {
    fields: ['reason', 'type'],
    aliases: {
      ...Object.fromEntries(EVENT_SUBJECT.map((name) => [`regarding.${name}`, `involvedObject.${name}`])),
      reportingController: 'reportingComponent',
    },
    acceptsNamespace: true,
  },
  'batch/Job': { fields: ['status.successful'], acceptsNamespace: true },
  'certificates.k8s.io/CertificateSigningRequest': { fields: ['spec.signerName'], acceptsNamespace: false },
  'certificates.k8s.io/ClusterTrustBundle': { fields: ['spec.signerName'], acceptsNamespace: false },
  'certificates.k8s.io/PodCertificateRequest': {
    fields: ['spec.signerName', 'spec.podName', 'spec.nodeName'],
    acceptsNamespace: false,
  },
  'resource.k8s.io/ResourceSlice': { fields: ['spec.nodeName', 'spec.driver'], acceptsNamespace: false },
};

const METADATA_ONLY: FieldRules = { fields: [], acceptsNamespace: true };

/**
 * Every label accepted for `type`, aliases included, `metadata.name` first. `customFields` are the type's own labels
 * where it comes from a CustomResourceDefinition, undefined for all other types.
 */
export function supportedFields(type: Type, customFields?: readonly string[]): readonly string[] {
  const rules = rulesOf(type, customFields);
  return [
    'metadata.name',
    ...(rules.acceptsNamespace ? ['metadata.namespace'] : []),
    ...rules.fields,
    ...Object.keys(rules.aliases ?? {}),
  ];
}

/**
 * The name under which the values of an accepted label are kept: the label itself but for aliases, such as `spec.host`
 * of pods. Events of `events.k8s.io` take the names of core events, because both groups serve the same objects.
 */
export function canonicalField(type: Type, field: string): string {
  const aliases = BUILT_IN[rulesKey(type)]?.aliases;
  return aliases !== undefined && Object.hasOwn(aliases, field) ? (aliases[field] ?? field) : field;
}

/** The server's text for a label it does not accept; `customFields` as for `supportedFields`. */
export function unsupportedFieldMessage(type: Type, field: string, customFields?: readonly string[]): string {
  switch (rulesKey(type)) {
    case 'batch/Job':
      return `field label ${goQuote(field)} not supported for Job`;
    case 'resource.k8s.io/ResourceSlice':
      return `field label not supported for ${apiVersion(type)}, Kind=ResourceSlice: ${field}`;
    default:
      return customFields !== undefined || BUILT_IN[rulesKey(type)] !== undefined
        ? `field label not supported: ${field}`
        : `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
  }
}

function rulesOf(type: Type, customFields: readonly string[] | undefined): FieldRules {
  if (customFields !== undefined) return { fields: customFields, acceptsNamespace: type.namespaced };
  return BUILT_IN[rulesKey(type)] ?? METADATA_ONLY;
}

function rulesKey(type: Type): string {
  return `${type.group}/${type.kind}`;
}
