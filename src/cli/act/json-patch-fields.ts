import type { TouchedField } from '../../core/action/action.ts';
import { valueAt } from '../../core/action/judge-action.ts';
import { asArray, asObject, asString, isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/**
 * The fields that the operations of a JSON patch (RFC 6902) are about, with what they are now. What they will be is told for
 * members of objects that one operation alone is about; of lists, and of several operations, the server's own state tells.
 */
export function jsonPatchFields(operations: readonly Json[], object: JsonObject): readonly TouchedField[] {
  const single = operations.length === 1;
  return operations.map(asObject).flatMap(({ op, path, from, value }) => {
    const at = pointer(asString(path));
    const field = fieldAt(at, object);
    const isMember = single && isJsonObject(parentAt(at, object));
    switch (asString(op)) {
      case 'test':
        return [];
      case 'add':
      case 'replace':
        return [isMember ? { ...field, after: value ?? null } : { ...field, isAfterUnknown: true }];
      case 'remove':
        return [isMember ? field : { ...field, isAfterUnknown: true }];
      default:
        return [
          { ...field, isAfterUnknown: true },
          { ...fieldAt(pointer(asString(from)), object), isAfterUnknown: true },
        ];
    }
  });
}

/** A place in a list moves with what is before it: the list is what is looked at. */
function fieldAt(path: readonly string[], object: JsonObject): TouchedField {
  const list = path.findIndex((_, at) => Array.isArray(asArrayAt(path.slice(0, at), object)));
  const whole = list === -1 ? path : path.slice(0, list);
  const before = valueAt(object, whole);
  return { path: whole, ...(before === undefined ? {} : { before }) };
}

function asArrayAt(path: readonly string[], object: JsonObject): readonly Json[] | undefined {
  const value = path.length === 0 ? object : valueAt(object, path);
  return Array.isArray(value) ? asArray(value) : undefined;
}

function parentAt(path: readonly string[], object: JsonObject): Json | undefined {
  const parent = path.slice(0, -1);
  return parent.length === 0 ? object : valueAt(object, parent);
}

/** The keys of a JSON pointer (RFC 6901). */
function pointer(text: string): readonly string[] {
  return text
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
