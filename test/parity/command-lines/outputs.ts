import { commandLines } from '../command-line.ts';

/** The formats that print whole objects, and names. */
export const outputLines = commandLines(
  'outputs',
  String.raw`
! pod web-0 -n foo -o json
! pod web-0 -n foo -o yaml
pod web-0 -n foo -o name
pod web-0 -n foo -ojson
pod web-0 -n foo -o=json
pod web-0 -n foo --output json
pod web-0 -n foo --output=json
pod web-0 -n foo -o JSON
pod web-0 -n foo -o Yaml
pod web-0 -n foo -o NAME
pod web-0 -n foo -o WIDE
pod web-0 -n foo -o Wide
pod web-0 -n foo -o KYAML
! pod web-0 -n foo -o kyaml
pods -n foo -o kyaml
pods -n foo -o json
pods -n foo -o yaml
pods -n foo -o name
pods -n empty -o json
pods -n empty -o yaml
pods -n empty -o kyaml
! pods -n empty -o name
pods -n empty -o wide
pods -n one -o json
pods -n one -o kyaml
pod alone -n one -o json
pod/alone -n one -o yaml
pod/alone pod/nope -n one -o yaml
pod alone nope -n one -o json
pod alone nope -n one -o name
! pod nope nope2 -n one -o json
pod nope -n one -o json
pod nope -n one -o yaml
pod nope nope2 -n one -o yaml --ignore-not-found
pod nope -n one -o json --ignore-not-found
pod alone nope -n one -o json --ignore-not-found
pods,cm -n foo -o json
pods,cm -n foo -o yaml
pods,cm -n foo -o name
cm,pods,deploy -n foo -o kyaml
deploy,sts,rs -n foo -o yaml
svc/web pod/web-0 -n foo -o name
! cm scalars -n odd -o json
! cm scalars -n odd -o yaml
cm scalars -n odd -o kyaml
cm huge -n odd -o yaml
cm huge -n odd -o json
cm huge -n odd -o kyaml
cm empty -n odd -o yaml
cm empty-maps -n odd -o yaml
cm empty-maps -n odd -o json
cm empty-maps -n odd -o kyaml
cm binary -n odd -o yaml
cm labels -n odd -o yaml
cm labels -n odd -o kyaml
cm labels -n odd -o json
cm zero-time -n odd -o json
cm zero-time -n odd -o yaml
cm deleting -n odd -o yaml
cm unicode -n odd -o json
! cm unicode -n odd -o yaml
cm unicode -n odd -o kyaml
cm control -n odd -o json
cm control -n odd -o yaml
cm control -n odd -o kyaml
cm html -n odd -o json
cm html -n odd -o yaml
cm html -n odd -o kyaml
cm escape -n odd -o yaml
cm escape -n odd -o json
cm -n odd -o name
cm -n odd -o json
cm -n odd -o kyaml
cm -n odd -o yaml
pods -n odd
pods -n odd -o wide
pods -n odd -o json
pods -n odd -o yaml
pods -n odd --show-labels
cm -n odd --show-labels
cm -n odd -L app,line,tab
cm -n odd -L app,line,tab --no-headers
! gizmo nasty -o json
! gizmo nasty -o yaml
! gizmo nasty -o kyaml
gizmo numbers -o json
! gizmo numbers -o yaml
gizmo numbers -o kyaml
gizmo paths -o json
gizmo paths -o yaml
gizmo paths -o kyaml
gizmos -o json
gizmos -o yaml
gizmos -o kyaml
gizmos -o name
scalers -o json
scalers -o yaml
scalers -o kyaml
machines -o json
secret token -n foo -o name
secrets -n foo
secrets -n foo -o wide
secrets -n foo -o name
secret token -n foo
secret token -n foo -o json
secret token -n foo -o yaml
secret none -n foo -o yaml
secrets -n foo -o json
secrets -n foo -o jsonpath='{.items[*].metadata.name}'
secrets -n foo -o jsonpath='{.items[*].type}'
secret token -n foo -o jsonpath='{.data.token}'
secret token -n foo -o go-template='{{.data.token | base64decode}}'
secrets -n foo --show-labels -L app
cm settings -n foo -o json --show-managed-fields
! cm sample-0 -n samples -o yaml --show-managed-fields
cm sample-0 -n samples -o json --show-managed-fields
cm sample-0 -n samples -o kyaml --show-managed-fields
cm sample-0 -n samples -o yaml --show-managed-fields=false
cm sample-0 -n samples -o json
cm -n samples -o json --show-managed-fields
cm -n samples --show-managed-fields
deploy -n samples -o yaml --show-managed-fields
deploy -n samples -o jsonpath='{.items[*].metadata.managedFields[0].manager}'
deploy -n samples -o wide
deploy,sts -n samples -o yaml
deployments.apps sample-12 -n samples -o json
events -n foo -o json
events -n foo -o yaml
events.events.k8s.io -n foo -o json
events.events.k8s.io -n foo -o yaml
! pods -n foo -o foo
pods -n foo -o ''
pods -n foo -o=
pods -n foo -o 'json '
pods -n foo -o json=x
pods -n foo -o yaml=
pods -n foo -o name=x
pods -n foo -o wide=x
pods -n foo -o describe
pods -n foo -o 'custom'
pods -n foo -o json -o name
pods -n foo -o json -o foo
nope -o foo
pods nope -o foo
-o foo
pods -n foo -o "$(printf 'a"b\tc')"
! pods -n foo -o wide --show-labels
pods -n foo -o json --show-labels
pods -n foo -o name --show-labels
pods -n foo -o yaml --show-labels=false
pods -n foo -o kyaml --show-labels
pods -n foo -o custom-columns=A:.metadata.name --show-labels
pods -n foo -o jsonpath={.kind} --show-labels
pods -n foo -o go-template={{.kind}} --show-labels
`,
);

/** Tables: the columns, rows and blank lines that flags add or take away. */
export const tableLines = commandLines(
  'tables',
  String.raw`
! pods,svc -n foo
pods,svc -n foo --no-headers
pods,nothings -n foo
nothings,nodes
pods,nodes -A
! nodes,pods -A
nodes,pods,ns -A
pods,nodes -A --no-headers
pods,nodes -A --show-kind
pods -A --no-headers
! pods -A --show-labels
pods -n foo --show-labels
pods -n foo --show-labels --no-headers
pods -n foo --show-kind
pods -n foo --show-kind=false
pods,svc -n foo --show-kind=false
pods -n foo --show-kind --no-headers
pods -n foo --no-headers
pods -n foo --no-headers=true
pods -n foo --no-headers=false
pods -n foo -o wide --no-headers
! pods -n foo -L app,app.kubernetes.io/name
pods -n foo -L app -L tier
pods -n foo -Lapp
pods -n foo -L app,app
pods -n foo -L app,
pods -n foo -L ,
pods -n foo -L ''
pods -n foo -L 'app, tier'
pods -n foo -L app/
pods -n foo -L /
pods -n foo -L 'ä/ß'
pods -n foo -L '"app"'
pods -n foo -L '"a,b",app'
pods -n foo -L 'a"b'
pods -n foo -L '"open'
pods -n foo --label-columns=track,tier
pods -n foo -L track --show-labels
! pods,deploy -n foo -L app --show-labels
pods -n foo -L app -o json
pods -n foo -L app -o name
pods -n foo -L app -o custom-columns=A:.metadata.name
pods -A -L app -o wide --show-kind --show-labels
cm,pods -n odd
events,pods -n foo
events,pods -n foo --show-kind
events -n foo --show-kind -o wide
events -n foo --no-headers
! events -n foo -o wide --show-labels
! cm -n recent
cm -n recent --show-labels
cm -n recent -o wide
cm,pods -n recent
! cm -n odd
cm -n odd --show-kind
gizmos --show-labels
gizmos -o wide --no-headers
gizmos -L table,app
gizmos,cert,app --no-headers
cert,app,wf,ks,mon,vr,br,ma,buckets,so
cert,app,wf,ks,mon,vr,br,ma,buckets,so -o wide
! cert,app,wf,ks,mon,vr,br,ma,buckets,so -A -o wide --show-labels
buckets,cert -A
cert,buckets -A
flowschemas,prioritylevelconfigurations
flowschemas --show-labels
sc,pc,csidrivers
storageversionmigrations,pods -A
storageversionmigrations --show-kind
volumeattachments --show-kind
roles,clusterroles,limitranges -A --show-kind
crd,apiservices --show-kind
pods -n empty
! pods -n empty --no-headers
pods -n missing
nothings
nothings,gizmos -n empty
nothings --ignore-not-found
pods -n empty --ignore-not-found
nodes -n empty
pods,nodes -n empty
pods -n empty --show-labels
pods,svc -n empty
pods,svc -A -l nope=nope
`,
);
