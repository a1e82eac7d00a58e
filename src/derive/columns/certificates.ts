import type { Cell } from '../../core/cell.ts';
import { asString, type Json } from '../../core/json.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { ageColumn, nameColumn, text } from './column.ts';
import { conditionTypes } from './condition.ts';
import { integerOf, isPresent, specOf, statusOf, textOr } from './field.ts';
import { labelText } from './label-text.ts';
import { ageCell } from './since.ts';
import { table, type TableDefinition, type TableRegistry } from './table.ts';

/** A condition counts by being there, whatever its status. */
function requestCondition(object: KubeObject): string {
  const status = statusOf(object);
  const types = conditionTypes(status['conditions'], false);
  const decision = ['Denied', 'Approved'].find((type) => types.includes(type)) ?? 'Pending';
  const failed = types.includes('Failed') ? ',Failed' : '';
  return `${decision}${failed}${asString(status['certificate']) === '' ? '' : ',Issued'}`;
}

function requestedDuration(expirationSeconds: Json | undefined): string {
  return isPresent(expirationSeconds) ? humanDuration(integerOf(expirationSeconds) * 1000) : '<none>';
}

const signingRequestTable = table(
  [nameColumn, ageColumn, text('SignerName'), text('Requestor'), text('RequestedDuration'), text('Condition')],
  (object) => {
    const { signerName, username, expirationSeconds } = specOf(object);
    return [
      object.metadata.name,
      ageCell(object),
      textOr(signerName, '<none>'),
      asString(username),
      requestedDuration(expirationSeconds),
      requestCondition(object),
    ];
  },
);

const trustBundleTable = table([nameColumn, text('SignerName')], (object) => [
  object.metadata.name,
  textOr(specOf(object)['signerName'], '<none>'),
]);

const podRequestColumns: readonly PrinterColumn[] = [
  nameColumn,
  text('PodName'),
  text('ServiceAccountName'),
  text('NodeName'),
  text('SignerName'),
  text('State'),
];

function podRequestCells(object: KubeObject): readonly Cell[] {
  const { podName, serviceAccountName, nodeName, signerName } = specOf(object);
  const outcomes = ['Issued', 'Denied', 'Failed'];
  const types = conditionTypes(statusOf(object)['conditions'], false);
  return [
    object.metadata.name,
    asString(podName),
    asString(serviceAccountName),
    asString(nodeName),
    asString(signerName),
    types.findLast((type) => outcomes.includes(type)) ?? 'Pending',
  ];
}

/** The user's annotations have a column since 1.35. */
function podRequestTable(serverMinor: number): TableDefinition {
  if (serverMinor < 35) return { columns: podRequestColumns, cells: podRequestCells };
  return {
    columns: [...podRequestColumns, text('UnverifiedUserAnnotations')],
    cells: (object) => [...podRequestCells(object), labelText(specOf(object)['unverifiedUserAnnotations'])],
  };
}

/** The group certificates.k8s.io. */
export const certificatesTables: TableRegistry = {
  'certificatesigningrequests.certificates.k8s.io': signingRequestTable,
  'clustertrustbundles.certificates.k8s.io': trustBundleTable,
  'podcertificaterequests.certificates.k8s.io': podRequestTable,
};
