import type { JsonObject } from '../core/json.ts';
import { entrances } from './company-network.ts';
import { dayMs, metadata, minuteMs, timeAgo, type World } from './world.ts';

/** A type of the company's own, and one of cert-manager, as the state names them. */
export const queueType = 'queues.messaging.brightharbor.example';
export const certificateType = 'certificates.cert-manager.io';

interface Definition {
  readonly name: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly category: string;
  readonly columns: readonly JsonObject[];
}

function column(name: string, type: string, jsonPath: string, priority = 0): JsonObject {
  return { name, type, jsonPath, ...(priority === 0 ? {} : { priority }) };
}

const ready = column('Ready', 'string', '.status.conditions[?(@.type=="Ready")].status');
const age = column('Age', 'date', '.metadata.creationTimestamp');

const definitions: readonly Definition[] = [
  {
    name: queueType,
    kind: 'Queue',
    shortNames: ['q'],
    category: 'brightharbor',
    columns: [
      ready,
      column('Messages', 'integer', '.status.messages'),
      column('Consumers', 'integer', '.status.consumers'),
      column('Durable', 'boolean', '.spec.durable'),
      column('Dead Letters', 'string', '.spec.deadLetterQueue', 1),
      age,
    ],
  },
  {
    name: certificateType,
    kind: 'Certificate',
    shortNames: ['cert', 'certs'],
    category: 'cert-manager',
    columns: [
      ready,
      column('Secret', 'string', '.spec.secretName'),
      column('Issuer', 'string', '.spec.issuerRef.name', 1),
      column('Status', 'string', '.status.conditions[?(@.type=="Ready")].message', 1),
      age,
    ],
  },
];

function createDefinition(world: World, { name, kind, shortNames, category, columns }: Definition): void {
  const [plural = '', ...group] = name.split('.');
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  world.state.create('customresourcedefinitions.apiextensions.k8s.io', {
    metadata: metadata(world, { name }, 200 * dayMs),
    spec: {
      group: group.join('.'),
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, shortNames, categories: [category] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  });
}

function readyCondition(world: World, isReady: boolean, message: string): readonly JsonObject[] {
  const lastTransitionTime = timeAgo(world, isReady ? 20 * dayMs : 35 * minuteMs);
  const reason = isReady ? 'Ready' : 'NotReady';
  return [{ type: 'Ready', status: isReady ? 'True' : 'False', reason, message, lastTransitionTime }];
}

interface QueueFacts {
  readonly place: string;
  readonly messages: number;
  readonly consumers: number;
}

const queues: readonly QueueFacts[] = [
  { place: 'shop/orders', messages: 14, consumers: 3 },
  { place: 'shop/order-mails', messages: 3, consumers: 2 },
  { place: 'shop/crash-reports', messages: 58, consumers: 1 },
  { place: 'billing/payments', messages: 7, consumers: 3 },
  { place: 'billing/payments-dead', messages: 2, consumers: 0 },
  { place: 'search/reindex', messages: 1_204, consumers: 2 },
  { place: 'logistics/parcels', messages: 31, consumers: 2 },
  { place: 'logistics/label-prints', messages: 386, consumers: 0 },
];

function createQueue(world: World, { place, messages, consumers }: QueueFacts): void {
  const [namespace = '', name = ''] = place.split('/');
  const isDead = name.endsWith('-dead');
  const isServed = consumers > 0 || isDead;
  const message = isServed ? 'messages are taken' : 'no consumer is connected';
  world.state.create(queueType, {
    metadata: metadata(world, { namespace, name }, 130 * dayMs, {
      labels: { 'app.kubernetes.io/part-of': namespace, 'app.kubernetes.io/managed-by': 'queue-operator' },
    }),
    spec: { durable: true, ...(name === 'payments' ? { deadLetterQueue: 'payments-dead' } : {}) },
    status: { messages, consumers, conditions: readyCondition(world, isServed, message) },
  });
}

/** How long a certificate is good for. */
const certificateDays = 90;

function createCertificate(world: World, entrance: (typeof entrances)[number], daysLeft: number): void {
  const { namespace, service, host } = entrance;
  const isReady = daysLeft > 5;
  const message = isReady
    ? 'the certificate is up to date'
    : 'renewal failed: the challenge for the host timed out, next attempt in 1 h';
  world.state.create(certificateType, {
    metadata: metadata(world, { namespace, name: service }, 190 * dayMs),
    spec: {
      secretName: `${service}-tls`,
      dnsNames: [host],
      duration: `${certificateDays * 24}h`,
      renewBefore: '720h',
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'harbor-ca' },
    },
    status: {
      revision: 3,
      notBefore: timeAgo(world, (certificateDays - daysLeft) * dayMs),
      notAfter: timeAgo(world, -daysLeft * dayMs),
      renewalTime: timeAgo(world, (30 - daysLeft) * dayMs),
      conditions: readyCondition(world, isReady, message),
    },
  });
}

/** Creates the custom types, and what there is of them. */
export function createCustomObjects(world: World): void {
  for (const definition of definitions) createDefinition(world, definition);
  for (const queue of queues) createQueue(world, queue);
  for (const [index, entrance] of entrances.entries()) createCertificate(world, entrance, [61, 4, 33, 78][index] ?? 60);
}
