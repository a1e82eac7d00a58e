import { type CommandLine, commandLines } from '../command-line.ts';

/** Ways to print a whole type. */
const forms = ['-A', '-A -o wide', '-A --show-kind --show-labels', '-A -o name', '-A -o json', '-A -o yaml'];

/** The forms of the fast part, one after the other over the types. */
const fastForms = ['-A -o wide', '-A', '-A -o yaml'];

/** Types that the server makes anew at each request, in an order of its own. */
const unstableTypes = new Set(['componentstatuses']);

/** Types of which a client cannot see two answers alike: leases are renewed all the time. */
const tableOnly = new Set(['leases.coordination.k8s.io', 'secrets']);

/** Every form of every type of a server; every third type is in the fast part, with one form. */
export function typeLines(types: readonly string[]): readonly CommandLine[] {
  return types
    .filter((type) => !unstableTypes.has(type))
    .flatMap((type, index) =>
      forms
        .filter((form) => !(tableOnly.has(type) && /json|yaml/.test(form)))
        .map((form) => ({
          theme: 'types',
          line: `${type} ${form}`,
          isFast: index % 3 === 0 && form === fastForms[(index / 3) % fastForms.length],
        })),
    );
}

/** Single types in the usual ways, and the ways to name a type. */
export const typeNameLines = commandLines(
  'type names',
  String.raw`
! pods
! pods -n foo
pods -n foo -o wide
po -n foo
pod -n foo
Pod -n foo
PODS -n foo
! PO -n foo
pods. -n foo
pods.v1. -n foo
pods.v1 -n foo
po. -n foo
po.v1. -n foo
Pod.v1. -n foo
pod.v1. web-0 -n foo
nodes
no
no -o wide
nodes.v1
nodes.v1.
! deployments.apps -n foo
deploy.apps -n foo
deploy.ap -n foo
deployments.ap -n foo
deployment.v1.apps -n foo
Deployment.v1.apps -n foo
DEPLOYMENTS -n foo
deployments.v1.apps -n foo
deployments.v2.apps -n foo
deployments.extensions -n foo
deploy.v1.apps -n foo
! svc -n foo
services.serving.example.com
services.serving
service.serving.example.com service-0
! ksvc
ksvc -o wide
services.v1.serving.example.com
sc
sc,ingressclasses --show-kind
pc
pdb
hpa -n foo
hpa.v2.autoscaling -n foo
cj
jobs.batch -n foo
ds
sts -n foo
rs -n foo -o wide
rc
ep
! ep -o name
endpoints.v1. -n samples
endpointslices -n samples
endpointslice -A
! ev -n foo
events -n foo
events.v1. -n foo
events.events.k8s.io -n foo
ev.events.k8s.io -n foo
event -n foo -o wide
cs scheduler
no,ns
ns
namespaces
namespace foo
ns foo foo-bar
quota
limits
sa -A
netpol
ing
ing -o wide
csr
crd
crds
crd -o wide
customresourcedefinition certificates.certs.example.com
apiservices
flowschemas
flowschemas -o name
prioritylevelconfigurations
ip
ipaddresses -o wide
pv
pvc
pv,pvc
vac
csinodes
volumeattachments
leases -A
lease -n samples
roles -A
clusterroles
clusterrolebindings -o wide
rolebindings -A -o wide
secret -n foo
secrets token -n foo
! cert
certs -o wide
certificate certificate-0
cert/certificate-1
certificates.certs.example.com
certificates.certs
certificates.v1.certs.example.com
certificates.v2.certs.example.com
! app
apps -o wide
applications
wf
ks
syncs.v1beta2.delivery.example.com
syncs.v1beta1.delivery.example.com
sync.v1.delivery.example.com
mon
mon -o wide
vr
vr -o wide
virtualroutes.v1alpha3.mesh.example.com
br
machines
ma -o wide
machines.v1beta1.fleet.example.com
buckets
bucket
bucket bucket-0 -o wide
so
so -o wide
gizmos
gizmos -o wide
! gizmo --show-kind
barethings
barething
StrangeKind
strangekind
StrangeKind.bare.example.com
StrangeKind.v1.bare.example.com
bindings
tokenreviews
tokenreviews x
selfsubjectreviews
all
! all -n foo
all -n foo -o wide
all -n foo -o name
all -n empty
all -n missing
all -A
all,nodes -n foo
all,cm -n foo
cm,all -n foo
api-extensions
managed
managed,cloud
cloud
security
mesh
mesh-networking,vr
serving
delivery -A
builds -A
`,
);
