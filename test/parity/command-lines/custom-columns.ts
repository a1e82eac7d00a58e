import { commandLines } from '../command-line.ts';

/** Columns of the user's own. */
export const customColumnsLines = commandLines(
  'custom columns',
  String.raw`
! pods -n foo -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName
pods -n foo -o custom-columns=NAME:metadata.name
pods -n foo -o custom-columns=NAME:{metadata.name}
pods -n foo -o custom-columns=NAME:{.metadata.name}
pods -n foo -o custom-columns='long header:.metadata.name,b:.status.phase'
pods -n foo -o custom-columns=:.metadata.name
pods -n foo -o custom-columns=NAME:
pods -n foo -o custom-columns=A:.metadata.name:x
pods -n foo -o custom-columns=NAME:.metadata.name --no-headers
pods -A -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name
! pods,svc -n foo -o custom-columns=KIND:.kind,NAME:.metadata.name
pod web-0 -n foo -o custom-columns=NAME:.metadata.name,IMAGES:.spec.containers[*].image
pod web-0 nope -n foo -o custom-columns=NAME:.metadata.name
pod nope -n foo -o custom-columns=NAME:.metadata.name
pod nope nope2 -n foo -o custom-columns=NAME:.metadata.name
pods -n empty -o custom-columns=NAME:.metadata.name
pods -n empty -o custom-columns=NAME:.metadata.name --no-headers
pod nope -n foo -o custom-columns=NAME:.metadata.name --ignore-not-found
pods -n foo -o custom-columns=N:.metadata.name,L:.metadata.labels,O:.metadata.ownerReferences
pods -n foo -o custom-columns=N:.metadata.name,P:.spec.priority,X:.spec.nope
pods -n foo -o custom-columns=N:.metadata.name,C:.spec.containers[0].name
pods -n foo -o custom-columns=N:.metadata.name,C:.spec.containers[1].name
pods -n foo -o custom-columns='N:.metadata.name,R:.status.conditions[?(@.type=="Ready")].status'
pods -n foo -o custom-columns='N:.metadata.labels.app\.kubernetes\.io/name'
! pods -n odd -o custom-columns=N:.metadata.name,L:.metadata.labels
cm -n odd -o custom-columns=N:.metadata.name,D:.data.bell,T:.metadata.creationTimestamp
cm -n odd -o custom-columns=N:.metadata.name,L:.metadata.labels.app,LINE:.metadata.labels.line,TAB:.metadata.labels.tab
cm unicode -n odd -o custom-columns=N:.metadata.name,D:.data
gizmos -o custom-columns=N:.metadata.name,A:.spec.c0,B:.spec.c1,C:.spec.c2,D:.spec.c3
gizmo paths -o custom-columns=A:.spec.big,B:.spec.huge,C:.spec.e7,D:.spec.nul,E:.spec.emptyS,F:.spec.emptyM,G:.spec.emptyA
gizmo paths -o custom-columns=A:.spec.arr,B:.spec.nest,C:.spec.o,D:.spec.one
gizmo numbers -o custom-columns=A:.spec.numbers
! pods -n foo -o custom-columns=A
pods -n foo -o custom-columns=A,B
pods -n foo -o custom-columns=
pods -n foo -o custom-columns
pods -n foo -o custom-columns=A:.x,
pods -n foo -o custom-columns=A:{.x}{.y}
pods -n foo -o custom-columns='A:{.x'
pods -n foo -o 'custom-columns=A:.items['
pods -n foo -o custom-columns=A:.metadata.name[0]
pods -n foo -o CUSTOM-COLUMNS=A:.metadata.name
pods -n foo -o custom-columns --template=A:.metadata.name
! pods -n foo -o custom-columns-file=columns.txt
pods -n foo -o custom-columns-file=columns-wide.txt
pods -n foo -o custom-columns-file=columns.txt --no-headers
pods -n foo -o custom-columns-file=columns-headers-only.txt
pods -n foo -o custom-columns-file=columns-uneven.txt
pods -n foo -o custom-columns-file=empty.txt
pods -n foo -o custom-columns-file=nope.txt
pods -n foo -o custom-columns-file=/nope
pods -n foo -o custom-columns-file=manifests
pods -n foo -o custom-columns-file
pods -n foo -o custom-columns-file=
pods -n foo -o custom-columns-file --template=columns.txt
pods -n foo -o custom-columns=A:.metadata.name -L app
cert,ma -o custom-columns=KIND:.kind,N:.metadata.name,V:.apiVersion
nodes,ns -o custom-columns=N:.metadata.name,NS:.metadata.namespace
secrets -n foo -o custom-columns=N:.metadata.name,T:.type
`,
);
