/** Variables that are not fields of the object, with what they are. */
export const ownVariables = {
  age: 'time since the object was made',
  changedAt: 'when the object last changed, as far as the mirror saw',
  cluster: 'name of the context',
  cols: 'what is printed, by column: cols.STATUS, cols["NOMINATED NODE"]',
  object: 'the whole object',
  owner: 'the owner reference of the controller, or the first one',
} as const;
