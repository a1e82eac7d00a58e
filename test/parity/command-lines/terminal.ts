import { commandLines } from '../command-line.ts';

/** Lines whose answers are compared on a terminal of each width. */
export const terminalLines = commandLines(
  'terminal',
  String.raw`
! pods -n foo
pods -n foo -o wide
pods -A
pods,svc,deploy -n foo
! pods -n foo --show-labels
pods -n empty
! ep -n samples
! ev -n foo
pods -n foo -o json
! cm scalars -n odd -o yaml
pod web-0 -n foo -o yaml
! pod nope -n foo
nope
! pods --bogus
-n foo
cm -n odd
! gizmos -o wide
cert,ma,so
cm control -n odd -o json
cm escape -n odd -o jsonpath='{.metadata.labels}'
gizmo paths -o jsonpath='{.spec.control}'
pods,deploy web -n foo
events -n foo -o wide
pods -n foo -o custom-columns=N:.metadata.name,L:.metadata.labels
`,
);
