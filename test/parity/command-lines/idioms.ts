import { commandLines } from '../command-line.ts';

/** What people keep in notes, scripts and shell histories. */
export const idiomLines = commandLines(
  'idioms',
  String.raw`
! svc -n samples --sort-by=.metadata.name
pods -A --sort-by='.status.containerStatuses[0].restartCount'
pods --all-namespaces -o wide --sort-by=.spec.nodeName
! pods -A -o jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}'
pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.status.podIP}{"\t"}{.status.startTime}{"\n"}{end}'
pods -A -o jsonpath='{.items[*].spec.containers[*].image}'
pods -A -o jsonpath='{range .items[*]}{"\n"}{.metadata.name}{":\t"}{range .spec.containers[*]}{.image}{", "}{end}{end}'
pods -n foo -o jsonpath='{.items[*].status.containerStatuses[*].state.waiting.reason}'
pods -A -o jsonpath='{.items[?(@.status.phase=="Running")].metadata.name}'
pods -n foo -o jsonpath="{.items[?(@.metadata.name=='web-0')].status.phase}"
pods -n foo --selector=app=web -o jsonpath='{.items[*].metadata.labels.tier}'
pods -n foo -o jsonpath='{.items[0].spec.containers[0].resources.limits}'
pods -n foo -o jsonpath='{.items[*].status.conditions[?(@.type=="Ready")].status}'
! cm settings -n foo -o jsonpath='{.data.config\.yaml}'
cm settings -n foo -o jsonpath="{.data['config\.yaml']}"
cm settings -n foo -o go-template='{{index .data "config.yaml"}}'
cm -n foo -o go-template='{{range $i, $c := .items}}{{if $i}},{{end}}{{$c.metadata.name}}{{end}}{{"\n"}}'
nodes --selector='!node-role.kubernetes.io/control-plane'
nodes -l 'node-role.kubernetes.io/etcd'
nodes -L kubernetes.io/role,node-role.kubernetes.io/etcd
nodes -o jsonpath='{.items[*].status.addresses[?(@.type=="InternalIP")].address}'
nodes -o jsonpath='{.items[*].status.addresses[?(@.type=="ExternalIP")].address}'
nodes -o jsonpath='{range .items[*]}{@.metadata.name}:{range @.status.conditions[*]}{@.type}={@.status};{end}{end}'
! nodes -o custom-columns='NODE_NAME:.metadata.name,STATUS:.status.conditions[?(@.type=="Ready")].status'
nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints --no-headers
nodes -o name
node -o json
pods -A --field-selector=status.phase=Running
pods -A --field-selector=status.phase!=Running,spec.restartPolicy=Always
pods -A --field-selector=spec.nodeName=node-1 -o wide
! pods -A --field-selector 'status.phase!=Succeeded,status.phase!=Failed' -o name
pods -A -o custom-columns='DATA:spec.containers[*].image'
pods -A -o custom-columns='DATA:spec.containers[?(@.image!="nginx:1.25")].image'
pods -n foo -o custom-columns='POD:metadata.name,CONTAINER:spec.containers[*].name,IMAGE:spec.containers[*].image'
pods -A -o custom-columns=NS:.metadata.namespace,POD:.metadata.name,CPU:.spec.containers[*].resources.requests.cpu --no-headers
pods -A --no-headers -o custom-columns=:metadata.name
pods -A -o custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,OWNER:.metadata.ownerReferences[0].kind
pods -n foo -o custom-columns=NAME:.metadata.name,OWNERS:.metadata.ownerReferences[*].name
events -A --sort-by=.metadata.creationTimestamp
events -n foo --sort-by='{.lastTimestamp}'
events -n foo --field-selector type!=Normal
events -n foo --field-selector involvedObject.kind=Pod,involvedObject.name=crash -o wide
events -n foo -o custom-columns=FirstSeen:.firstTimestamp,LastSeen:.lastTimestamp,Count:.count,From:.source.component,Type:.type,Reason:.reason,Message:.message
events -n foo -o json --field-selector reason=BackOff
deploy -n foo -o wide --show-labels
deploy -n foo -o custom-columns=NAME:.metadata.name,REPLICAS:.spec.replicas,READY:.status.readyReplicas
deploy web -n foo -o jsonpath='{.spec.template.spec.containers[0].image}'
deploy web -n foo -o jsonpath='{.status.readyReplicas}/{.spec.replicas}'
deploy -n foo -o yaml
deploy,rs,pods -n foo -l app=web
deploy,rs,pods -n foo -l app=web -o name
! all,cm,secrets,ing -n foo
all -n foo --show-labels
all --all-namespaces -o name
svc web -n foo -o jsonpath='{.spec.ports[?(@.name=="http")].port}'
svc -A -o custom-columns=NAME:.metadata.name,IP:.spec.clusterIP,PORTS:.spec.ports[*].port
svc -A --field-selector spec.type=NodePort -o wide
ing -A -o jsonpath='{range .items[*]}{.metadata.name}{" "}{.spec.rules[*].host}{"\n"}{end}'
pv --sort-by=.spec.capacity.storage -o name
pv -o custom-columns=NAME:.metadata.name,SIZE:.spec.capacity.storage,CLAIM:.spec.claimRef.name
pvc -A -o wide
sc -o jsonpath='{.items[?(@.metadata.annotations.storageclass\.kubernetes\.io/is-default-class=="true")].metadata.name}'
ns -o jsonpath='{.items[*].metadata.name}'
ns --no-headers -o custom-columns=:metadata.name
ns -o name --sort-by=.metadata.creationTimestamp
ns foo -o jsonpath='{.status.phase}'
clusterroles -o jsonpath='{.items[?(@.metadata.name=="view")].aggregationRule}'
clusterrolebindings -o json
rolebindings,clusterrolebindings -A -o 'custom-columns=KIND:kind,NAMESPACE:metadata.namespace,ACCOUNTS:subjects[?(@.kind=="ServiceAccount")].name'
'rolebindings,clusterrolebindings' -A -o 'custom-columns=KIND:kind,NAME:metadata.name,USERS:subjects[?(@.kind=="User")].name'
crd -o name
crd -o custom-columns=NAME:.metadata.name,GROUP:.spec.group,VERSIONS:.spec.versions[*].name,SCOPE:.spec.scope
crd -o jsonpath='{.items[*].spec.names.kind}'
crd certificates.certs.example.com -o jsonpath='{.spec.versions[0].additionalPrinterColumns[*].name}'
apiservices -o custom-columns=NAME:.metadata.name,AVAILABLE:.status.conditions[0].status
hpa -A -o custom-columns=NAME:.metadata.name,MIN:.spec.minReplicas,MAX:.spec.maxReplicas
jobs -A -o jsonpath='{.items[?(@.status.succeeded==1)].metadata.name}'
cj -A -o custom-columns=NAME:.metadata.name,SCHEDULE:.spec.schedule,LAST:.status.lastScheduleTime
cert -o custom-columns='NAME:.metadata.name,READY:.status.conditions[?(@.type=="Ready")].status'
cert -o jsonpath='{range .items[*]}{.metadata.name}{" "}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}'
ma -o jsonpath='{.items[?(@.spec.replicas>=3)].metadata.name}'
pods -n foo web-0 -o template --template='{{.status.podIP}}'
pods -n foo -o go-template='{{range .items}}{{if eq .status.phase "Running"}}{{.metadata.name}}{{"\n"}}{{end}}{{end}}'
pods -n foo -o go-template='{{range .items}}{{range .status.containerStatuses}}{{if gt .restartCount 0}}{{.name}} {{.restartCount}};{{end}}{{end}}{{end}}'
pods -n foo -o go-template='{{range .items}}{{$n := .metadata.name}}{{range .spec.containers}}{{printf "%-10s %s\n" $n .image}}{{end}}{{end}}'
pods -n foo -o=jsonpath-as-json='{.items[*].metadata.labels}'
pods -n foo -o yaml --field-selector metadata.name=web-0
pods -n foo --ignore-not-found=true nope web-0 -o name
lease -n samples -o jsonpath='{.items[*].spec.holderIdentity}'
endpointslices -A -o jsonpath='{.items[*].endpoints[*].addresses[0]}'
quota,limits -A
netpol,pdb,hpa -A
sa,role,rolebinding -A --show-labels
`,
);
