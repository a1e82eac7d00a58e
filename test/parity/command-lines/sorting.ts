import { commandLines } from '../command-line.ts';

/** `--sort-by` on tables and on objects. */
export const sortingLines = commandLines(
  'sorting',
  String.raw`
! pods -n foo --sort-by=.metadata.name
pods -n foo --sort-by .metadata.creationTimestamp
! pods -n foo --sort-by=.spec.priority
pods -n foo --sort-by='{.spec.priority}'
pods -n foo --sort-by='{spec.priority}'
pods -n foo --sort-by=spec.priority
pods -n foo --sort-by=.metadata.labels.weight
pods -n foo --sort-by=.metadata.labels.tier
pods -n foo --sort-by=.spec.nodeName -o wide
pods -n foo --sort-by=.status.phase
pods -n foo --sort-by='.status.containerStatuses[0].restartCount'
! pods -n ties --sort-by=.metadata.labels.mod
pods -n ties --sort-by=.metadata.labels.even
pods -n ties --sort-by=.metadata.labels.app
pods -n ties --sort-by=.spec.nodeName -o name
pods -n ties --sort-by=.metadata.creationTimestamp
pods -n ties --sort-by='.status.containerStatuses[0].restartCount'
pods -n ties --sort-by=.metadata.labels.mod -o json
pods -n ties --sort-by=.metadata.labels.even -o custom-columns=N:.metadata.name,E:.metadata.labels.even
pods -n ties --sort-by=.spec.priority
pods -A --sort-by=.metadata.name
! pods -A --sort-by=.metadata.labels.app -o name
pods -A --sort-by=.metadata.namespace
pods -A --sort-by=.spec.nodeName
! pods,svc -n foo --sort-by=.metadata.name
pods,svc -n foo --sort-by=.metadata.name -o name
pods,svc -n foo --sort-by=.metadata.name -o json
pods,cm -n foo --sort-by=.metadata.creationTimestamp -o name
pods -n foo --sort-by=.spec.nope
! pods -n foo --sort-by=.spec.nope -o name
pods -n foo --sort-by=.spec.nope -o json
pods -n foo --sort-by='{.x}{.y}'
pods -n foo --sort-by='{.x}{.y}' -o name
pods -n foo --sort-by='.items['
pods -n foo --sort-by='.items[' -o name
pods -n foo --sort-by=.spec.containers[5].name
pods -n foo --sort-by=.spec.containers[5].name -o name
pods -n foo --sort-by=
pods -n foo --sort-by= -o name
pods -n empty --sort-by=.metadata.name
pods -n empty --sort-by=.nope -o name
pods -n one --sort-by=.nope
pods -n one --sort-by=.nope -o name
pod alone -n one --sort-by=.nope
pod alone -n one --sort-by=.nope -o json
pod web-0 db-0 -n foo --sort-by=.metadata.name
pod web-0 db-0 -n foo --sort-by=.metadata.name -o name
pod web-0 nope db-0 -n foo --sort-by=.metadata.name -o name
pods -n foo --sort-by=.metadata.name --no-headers
pods -n foo --sort-by=.metadata.name --show-labels -L app
pods -n foo --sort-by=.metadata.name -l app=web
pods -n foo --sort-by=.metadata.labels.app -o yaml
pods -n foo --sort-by=.metadata.labels.app -o jsonpath='{.items[*].metadata.name}'
pods -n foo --sort-by=.metadata.labels.app -o go-template='{{range .items}}{{.metadata.name}} {{end}}'
events -n foo --sort-by=.lastTimestamp
! events -n foo --sort-by=.metadata.creationTimestamp
events -n foo --sort-by=.count -o wide
events -n foo --sort-by=.involvedObject.name
flowschemas --sort-by=.spec.matchingPrecedence
flowschemas --sort-by=.metadata.name
cert --sort-by=.spec.secretName
ma --sort-by=.spec.clusterName
so --sort-by=.spec.maxReplicaCount
so --sort-by=.status.load
so --sort-by=.status.load -o name
gizmos --sort-by=.spec.c0
gizmos --sort-by=.spec.c0 -o name
cm -n odd --sort-by=.metadata.creationTimestamp
cm -n odd --sort-by=.metadata.labels.app
pv --sort-by=.spec.capacity.storage
quota -A --sort-by=.metadata.name
nodes --sort-by=.metadata.name
nodes --sort-by=.status.nodeInfo.kubeletVersion
secrets -n foo --sort-by=.type
secrets -A --sort-by=.metadata.creationTimestamp
all -n foo --sort-by=.metadata.name
pods -n foo --sort-by=.spec.containers
pods -n foo --sort-by=.spec.containers -o name
pods -n foo --sort-by=.metadata.labels
so --sort-by=.spec.paused
so --sort-by=.spec.minReplicaCount
pods -n foo --sort-by=.metadata.name -w=false
pods -n foo --sort-by=.metadata.name --sort-by=.spec.nodeName
pods,pods -n foo --sort-by=.metadata.name
pods,nothings -n foo --sort-by=.metadata.name
`,
);
