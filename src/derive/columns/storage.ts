import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { ageColumn, boolean, integer, nameColumn, naming, text, wide } from './column.ts';
import { isDefault } from './default-class.ts';
import { isPresent, itemCount, presentOr, quantityOf, specOf, statusOf, stringsOf, textOr } from './field.ts';
import { ageCell, isTimeSet } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

/** In the order in which modes print, whatever the order in the object. */
const accessModes: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

function accessModesText(modes: Json | undefined): string {
  const present = stringsOf(modes);
  return accessModes
    .filter(([mode]) => present.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

/** The beta annotation wins where it is present, even when it is empty. */
function storageClassName(object: KubeObject, spec: JsonObject): string {
  const annotation = asObject(object.metadata.annotations)['volume.beta.kubernetes.io/storage-class'];
  return presentOr(annotation, asString(spec['storageClassName']));
}

function phaseText(object: KubeObject): string {
  return isTimeSet(object.metadata.deletionTimestamp) ? 'Terminating' : asString(statusOf(object)['phase']);
}

function claimText(claim: Json | undefined): string {
  if (!isPresent(claim)) return '';
  const { namespace, name } = asObject(claim);
  return `${asString(namespace)}/${asString(name)}`;
}

const volumeTable = table(
  [
    nameColumn,
    text('Capacity'),
    text('Access Modes'),
    text('Reclaim Policy'),
    text('Status'),
    text('Claim'),
    text('StorageClass'),
    text('VolumeAttributesClass'),
    text('Reason'),
    ageColumn,
    ...wide(text('VolumeMode')),
  ],
  (object) => {
    const spec = specOf(object);
    return [
      object.metadata.name,
      quantityOf(spec['capacity'], 'storage'),
      accessModesText(spec['accessModes']),
      asString(spec['persistentVolumeReclaimPolicy']),
      phaseText(object),
      claimText(spec['claimRef']),
      storageClassName(object, spec),
      presentOr(spec['volumeAttributesClassName'], '<unset>'),
      asString(statusOf(object)['reason']),
      ageCell(object),
      presentOr(spec['volumeMode'], '<unset>'),
    ];
  },
);

const claimTable = table(
  [
    nameColumn,
    text('Status'),
    text('Volume'),
    text('Capacity'),
    text('Access Modes'),
    text('StorageClass'),
    text('VolumeAttributesClass'),
    ageColumn,
    ...wide(text('VolumeMode')),
  ],
  (object) => {
    const spec = specOf(object);
    const status = statusOf(object);
    const volume = asString(spec['volumeName']);
    return [
      object.metadata.name,
      phaseText(object),
      volume,
      volume === '' ? '' : quantityOf(status['capacity'], 'storage'),
      volume === '' ? '' : accessModesText(status['accessModes']),
      storageClassName(object, spec),
      presentOr(spec['volumeAttributesClassName'], '<unset>'),
      ageCell(object),
      presentOr(spec['volumeMode'], '<unset>'),
    ];
  },
);

const defaultClassAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

const classTable = table(
  [
    nameColumn,
    text('Provisioner'),
    text('ReclaimPolicy'),
    text('VolumeBindingMode'),
    text('AllowVolumeExpansion'),
    ageColumn,
  ],
  (object) => [
    isDefault(object, defaultClassAnnotations) ? `${object.metadata.name} (default)` : object.metadata.name,
    asString(object['provisioner']),
    presentOr(object['reclaimPolicy'], 'Delete'),
    presentOr(object['volumeBindingMode'], 'Immediate'),
    object['allowVolumeExpansion'] === true,
    ageCell(object),
  ],
);

const defaultAttributesClassAnnotations = ['volumeattributesclass.alpha.kubernetes.io/is-default-class'];
const attributesClassColumns = [nameColumn, text('DriverName'), ageColumn];

/** Servers before 1.34 mark the default class. */
function attributesClassTable(serverMinor: number): TableDefinition {
  return {
    columns: attributesClassColumns,
    cells: (object) => {
      const marked = serverMinor < 34 && isDefault(object, defaultAttributesClassAnnotations);
      return [
        marked ? `${object.metadata.name} (default)` : object.metadata.name,
        asString(object['driverName']),
        ageCell(object),
      ];
    },
  };
}

const attachmentTable = table(
  [nameColumn, naming(text('Attacher')), text('PV'), text('Node'), boolean('Attached'), ageColumn],
  (object) => {
    const { attacher, source, nodeName } = specOf(object);
    return [
      object.metadata.name,
      asString(attacher),
      asString(asObject(source)['persistentVolumeName']),
      asString(nodeName),
      statusOf(object)['attached'] === true,
      ageCell(object),
    ];
  },
);

const csiNodeTable = table([nameColumn, integer('Drivers'), ageColumn], (object) => [
  object.metadata.name,
  itemCount(specOf(object)['drivers']),
  ageCell(object),
]);

/** Audiences joined with commas; an empty list differs from an absent one. */
function tokenRequestsText(requests: Json | undefined): string {
  if (!isPresent(requests)) return '<unset>';
  return asArray(requests)
    .map((request) => asString(asObject(request)['audience']))
    .join(',');
}

const csiDriverTable = table(
  [
    nameColumn,
    boolean('AttachRequired'),
    boolean('PodInfoOnMount'),
    boolean('StorageCapacity'),
    text('TokenRequests'),
    boolean('RequiresRepublish'),
    text('Modes'),
    ageColumn,
  ],
  (object) => {
    const spec = specOf(object);
    return [
      object.metadata.name,
      spec['attachRequired'] !== false,
      spec['podInfoOnMount'] === true,
      spec['storageCapacity'] === true,
      tokenRequestsText(spec['tokenRequests']),
      spec['requiresRepublish'] === true,
      textOr(stringsOf(spec['volumeLifecycleModes']).join(','), '<none>'),
      ageCell(object),
    ];
  },
);

/** Volumes, their claims and classes, and the group storage.k8s.io. */
export const storageTables: TableRegistry = {
  persistentvolumes: volumeTable,
  persistentvolumeclaims: claimTable,
  'storageclasses.storage.k8s.io': classTable,
  'volumeattributesclasses.storage.k8s.io': attributesClassTable,
  'volumeattachments.storage.k8s.io': attachmentTable,
  'csinodes.storage.k8s.io': csiNodeTable,
  'csidrivers.storage.k8s.io': csiDriverTable,
};
