import { commandLines } from '../command-line.ts';

/** Label selectors and field selectors, right and wrong. */
export const selectorLines = commandLines(
  'selectors',
  String.raw`
! pods -n foo -l app=web
pods -n foo -lapp=web
pods -n foo -l=app=web
pods -n foo --selector app=web
pods -n foo --selector=app=web
pods -n foo -l app==web
! pods -n foo -l app!=web
pods -n foo -l 'app in (web,db)'
pods -n foo -l 'app in (web, db),tier'
! pods -n foo -l 'app notin (web)'
pods -n foo -l tier
pods -n foo -l '!tier'
pods -n foo -l 'weight>9'
pods -n foo -l 'weight<10'
pods -n foo -l 'track='
pods -n foo -l 'track in ()'
pods -n foo -l 'track in (,x)'
pods -n foo -l 'app=web,tier=front'
pods -n foo -l 'app=web,app=db'
pods -n foo -l '  app = web  '
pods -n foo -l ''
pods -n foo -l ' '
pods -n foo -l app=web -l app=db
pods -n foo -l app.kubernetes.io/name=db
pods -n foo -l 'in=1'
pods -n foo -l 'x in (in)'
pods -n foo -l nope=nope
! pods -n foo -l 'app in ('
pods -n foo -l 'app in (x'
pods -n foo -l 'app in'
pods -n foo -l 'app in web'
pods -n foo -l 'app in (a b)'
pods -n foo -l 'app=a=b'
pods -n foo -l 'app=web!'
pods -n foo -l ',app'
pods -n foo -l 'app,'
pods -n foo -l 'app,,b'
pods -n foo -l '!'
pods -n foo -l 'app=(x)'
pods -n foo -l 'a b'
pods -n foo -l 'app gt 1'
pods -n foo -l 'app<x'
pods -n foo -l 'app>1.5'
pods -n foo -l '-app=1'
! pods -n foo -l=-app=1
pods -n foo -l '/x=1'
pods -n foo -l 'x/=1'
pods -n foo -l 'a/b/c=1'
pods -n foo -l 'app=-1'
pods -n foo -l 'A_b.example/x=1'
pods -n foo -l 'app in (-1,b-)'
pods -n foo -l "app=$(printf 'x%.0s' {1..70})"
pods -n foo -l "$(printf 'x%.0s' {1..70})=1"
pods -n foo -l 'app="web"'
pods -n foo -l 'app=wé'
pods -n foo -l 'app=a\b'
! pods,deploy -n foo -l app=web
pods,deploy -n foo -l 'app=a=b'
pods,svc,cm -n foo -l app=web -o name
pods -n foo -l 'app=a=b' -o json
all -n foo -l app=web
all -A -l app=web
! pods web-0 -n foo -l app=web
pod/web-0 -n foo -l app=web
pods web-0 -n foo -l ''
pods web-0 -n foo -l ' '
pods,svc web -n foo -l app=web
nodes -l type
cert -l app=first
cert,ma,buckets -l app=first
gizmos -l table
cm -n odd -l y=yes
cm -n odd -l '123=456'
! pods -n foo --field-selector status.phase=Running
pods -n foo --field-selector=status.phase!=Running
pods -n foo --field-selector status.phase==Pending
pods -n foo --field-selector spec.nodeName=node-1
! pods -n foo --field-selector spec.nodeName=node-1,status.phase=Running
pods -A --field-selector spec.nodeName=node-1 -l app=web
pods -A --field-selector metadata.namespace=foo-bar
pods -n foo --field-selector metadata.name=web-0
pods -n foo --field-selector metadata.name!=web-0 -o name
pods -n foo --field-selector metadata.namespace=foo-bar
pods -n foo --field-selector spec.nodeName=
pods -n foo --field-selector spec.host=node-1
pods -n foo --field-selector spec.restartPolicy=Always
pods -n foo --field-selector status.podIP=10.1.0.5
pods -n foo --field-selector status.podIPs=10.1.0.5
pods -n foo --field-selector spec.hostNetwork=false
pods -n foo --field-selector spec.hostNetwork=true
pods -n foo --field-selector spec.schedulerName=
pods -n foo --field-selector spec.serviceAccountName=
pods -n foo --field-selector status.nominatedNodeName=
! pods -n foo --field-selector spec.nope=1
pods -n foo --field-selector nope
pods -n foo --field-selector =x
pods -n foo --field-selector 'status.phase=Run\ning'
pods -n foo --field-selector 'status.phase=a\,b'
pods -n foo --field-selector 'status.phase=a\\b'
pods -n foo --field-selector 'status.phase=a=b'
pods -n foo --field-selector ','
pods -n foo --field-selector ''
pods -n foo --field-selector ' '
pods -n foo --field-selector 'status.phase=Running,'
pods -n foo --field-selector 'status.phase = Running'
pods -n foo --field-selector status.phase=Running --field-selector status.phase=Pending
pods web-0 -n foo --field-selector status.phase=Running
pod/web-0 -n foo --field-selector status.phase=Running
pods -n foo --field-selector spec.nope=1 -o json
pods -n foo --field-selector spec.nope=1 -l app=web
! deploy -n foo --field-selector status.phase=x
deploy -n foo --field-selector metadata.name=web
deploy -n foo --field-selector metadata.name=web,metadata.namespace=foo
pods,deploy -n foo --field-selector metadata.name=web
pods,deploy -n foo --field-selector status.phase=Running
pods,nodes --field-selector spec.unschedulable=true
nodes --field-selector spec.unschedulable=true
nodes --field-selector spec.unschedulable=false
nodes --field-selector metadata.namespace=x
ns --field-selector status.phase=Active
ns --field-selector status.phase!=Active
ns --field-selector metadata.namespace=
secrets -n foo --field-selector type=Opaque
secrets -A --field-selector type!=Opaque
secrets -n foo --field-selector data=x
svc -A --field-selector spec.type=LoadBalancer
svc -A --field-selector spec.clusterIP=None
rc -A --field-selector status.replicas=2
rc -A --field-selector status.replicas!=2
! events -n foo --field-selector type=Warning
events -n foo --field-selector involvedObject.name=web-0
events -n foo --field-selector involvedObject.kind=Pod,reason!=Started
events -n foo --field-selector source=kubelet
events -n foo --field-selector reportingComponent=kubelet
events -n foo --field-selector involvedObject.uid=u-crash
events -A --field-selector involvedObject.namespace=foo
events -n foo --field-selector regarding.name=web-0
events.events.k8s.io -n foo --field-selector regarding.name=web-0
events.events.k8s.io -n foo --field-selector reportingController=kubelet
events.events.k8s.io -n foo --field-selector involvedObject.name=web-0
jobs -A --field-selector status.successful=2
jobs -A --field-selector status.successful=0
jobs -A --field-selector status.succeeded=2
csr --field-selector spec.signerName=x/y
csr --field-selector metadata.namespace=x
cm -A --field-selector metadata.name=settings
cm -n foo --field-selector data.mode=fast
crd --field-selector metadata.name=certificates.certs.example.com
crd --field-selector spec.group=x
clusterroles --field-selector metadata.name=view
clusterroles --field-selector metadata.namespace=
! ma --field-selector spec.clusterName=prod
ma --field-selector spec.clusterName!=prod
ma --field-selector spec.replicas=3
ma --field-selector spec.paused=true
ma --field-selector spec.paused=
ma --field-selector spec.version=x
ma --field-selector metadata.name=machine-0
buckets --field-selector metadata.namespace=x
buckets --field-selector metadata.name=bucket-0
cert --field-selector metadata.namespace=default
cert --field-selector status.x=1
resourceslices --field-selector spec.nodeName=n1
resourceslices --field-selector spec.driver=d.example.com
resourceslices --field-selector spec.x=y
podcertificaterequests -A --field-selector spec.signerName=x/y
clustertrustbundles --field-selector spec.signerName=x/y
storageclasses --field-selector provisioner=x
ing -A --field-selector spec.ingressClassName=nginx
`,
);
