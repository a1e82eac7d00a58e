import { namespaceSql } from '../hidden-rows.ts';
import { body, column, instantText, secondText, secondsSince, withBody, type View, type ViewColumn } from './view.ts';

/** `object` as `o` with its type as `t`. */
const typedObjects = 'main.object o join temp.navi_type t on t.id = o.type_id';

const typeColumn = column('type', 'text', 'plural.group, or plural alone in the core group', 't.type');
const namespaceColumn = column('namespace', 'text', 'empty for an object without one', namespaceSql('o'));
const nameColumn = column('name', 'text', 'metadata.name', 'o.name');

/** By which an object is known. */
const identity: readonly ViewColumn[] = [typeColumn, namespaceColumn, nameColumn];

const objects: View = {
  name: 'objects',
  meaning: 'One row per object of any type.',
  of: 'all',
  columns: [
    typeColumn,
    column('api_group', 'text', 'empty for the core group', 't.api_group'),
    column('kind', 'text', 'kind', 't.kind'),
    namespaceColumn,
    nameColumn,
    column('uid', 'text', 'metadata.uid', 'o.uid'),
    column('resource_version', 'text', 'metadata.resourceVersion', 'o.resource_version'),
    column('created_at', 'text', 'metadata.creationTimestamp, RFC 3339 in UTC', secondText('o.created_at')),
    column('changed_at', 'text', 'when its last change came into the mirror', instantText('o.changed_at')),
    column('age_seconds', 'integer', 'since it was created', secondsSince('o.created_at')),
    column('labels', 'JSON', 'metadata.labels; {} where there are none', 'o.labels'),
    column('body', 'JSON', 'the object without managedFields; of a Secret without its values', body),
  ],
  from: (shown) => `${typedObjects} ${withBody} where ${shown('o')}`,
};

const cells: View = {
  name: 'cells',
  meaning: 'One row per cell that navi get -o wide prints of an object.',
  of: 'all',
  columns: [
    ...identity,
    column(
      'column',
      'text',
      'header of the column, in upper case',
      `json_extract(t.column_names, '$[' || cell.key || ']')`,
    ),
    column('value', 'text', 'as it is printed; ages as of now', 'navi_cell(cell.type, cell.value)'),
  ],
  from: (shown) => `${typedObjects} join json_each(o.cells) cell where ${shown('o')}`,
};

const labels: View = {
  name: 'labels',
  meaning: 'One row per label of an object.',
  of: 'all',
  columns: [
    ...identity,
    column('key', 'text', 'its key with the prefix', `substr(l.text, 1, instr(l.text, '=') - 1)`),
    column('value', 'text', 'its value, which may be empty', `substr(l.text, instr(l.text, '=') + 1)`),
  ],
  // From the terms, where each label of the cluster stands once: whatever has one is found without looking at the others.
  from: (shown) =>
    `main.term l join main.object_term x on x.term_id = l.id join main.object o on o.id = x.object_id ` +
    `join temp.navi_type t on t.id = o.type_id where l.kind = 'label' and ${shown('o')}`,
};

const annotations: View = {
  name: 'annotations',
  meaning: 'One row per annotation of an object.',
  of: 'all',
  columns: [
    ...identity,
    column('key', 'text', 'its key with the prefix', 'a.key'),
    column('value', 'text', 'its value, which may be empty', 'a.value'),
  ],
  from: (shown) =>
    `${typedObjects} join main.body b on b.object_id = o.id join json_each(b.json, '$.metadata.annotations') a where ${shown('o')}`,
};

const owners: View = {
  name: 'owners',
  meaning: 'One row per entry of metadata.ownerReferences.',
  of: 'all',
  columns: [
    ...identity,
    column('uid', 'text', 'metadata.uid', 'o.uid'),
    column('owner_type', 'text', 'plural.group of the owner; NULL where the mirror has no such object', 'pt.type'),
    column('owner_kind', 'text', 'its kind; NULL as well', 'pt.kind'),
    column('owner_name', 'text', 'its name; NULL as well', 'p.name'),
    column('owner_uid', 'text', 'its uid', 'w.owner_uid'),
    column('is_controller', 'integer', '1 for the managing controller, else 0', 'w.controller'),
  ],
  from: (shown) =>
    `main.owner w join main.object o on o.id = w.object_id join temp.navi_type t on t.id = o.type_id ` +
    `left join main.object p on p.uid = w.owner_uid and ${shown('p')} left join temp.navi_type pt on pt.id = p.type_id where ${shown('o')}`,
};

/** Views over the objects of all types. */
export const objectViews: readonly View[] = [objects, cells, labels, annotations, owners];
