/** The columns of a `kept_log` that tell of a run, as SCHEMA.md has them. */
export const noteColumns = [
  'namespace',
  'pod',
  'uid',
  'container',
  'why',
  'reason',
  'exit_code',
  'ended_at',
  'state',
  'failure',
  'fetched_at',
  'line_count',
  'byte_count',
  'is_cut',
] as const;
