import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { ageColumn, nameColumn, text, wide } from './column.ts';
import { ageCell } from './since.ts';
import { table, type TableRegistry } from './table.ts';

/** The names of the subjects of one kind, in order. Subjects of other kinds show nowhere. */
function subjectsText(subjects: readonly JsonObject[], kind: string): string {
  const namespaced = kind === 'ServiceAccount';
  return subjects
    .filter((subject) => subject['kind'] === kind)
    .map(({ namespace, name }) => (namespaced ? `${asString(namespace)}/${asString(name)}` : asString(name)))
    .join(', ');
}

const bindingTable = table(
  [nameColumn, text('Role'), ageColumn, ...wide(text('Users'), text('Groups'), text('ServiceAccounts'))],
  (object) => {
    const { kind, name } = asObject(object['roleRef']);
    const subjects = asArray(object['subjects']).map(asObject);
    return [
      object.metadata.name,
      `${asString(kind)}/${asString(name)}`,
      ageCell(object),
      subjectsText(subjects, 'User'),
      subjectsText(subjects, 'Group'),
      subjectsText(subjects, 'ServiceAccount'),
    ];
  },
);

/** Role bindings; roles themselves have the default table. */
export const rbacTables: TableRegistry = {
  'rolebindings.rbac.authorization.k8s.io': bindingTable,
  'clusterrolebindings.rbac.authorization.k8s.io': bindingTable,
};
