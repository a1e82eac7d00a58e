import { commandLines } from '../command-line.ts';

/** jsonpath in all its forms. */
export const jsonPathLines = commandLines(
  'jsonpath',
  String.raw`
! pods -n foo -o jsonpath='{.items[*].metadata.name}'
pods -n foo -o jsonpath={.kind}
pods -n foo -o jsonpath --template='{.kind}'
pods -n foo -o jsonpath --template '{.items[0].metadata.name}'
pods -n foo -o jsonpath='{.kind}' --template='{.apiVersion}'
! pods -n foo -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.spec.nodeName}{"\n"}{end}'
pods -n foo -o jsonpath='{.items[?(@.metadata.labels.app!="web")].metadata.name}'
pods -n foo -o jsonpath='{.items[?(@.spec.priority>5)].metadata.name}'
pods -n foo -o jsonpath='{.items[?(@.spec.priority>5.5)].metadata.name}'
pods -n foo -o jsonpath='{.items[0].metadata.labels.app\.kubernetes\.io/name}'
pods -n foo -o jsonpath="{.items[0].metadata.labels['app\.kubernetes\.io/name']}"
pods -n foo -o jsonpath='{.items[0].metadata.labels["app"]}'
pods -n foo -o jsonpath="{.items[*]['metadata.name','status.phase']}"
pods -n foo -o jsonpath='{.items[-1:].metadata.name}'
pods -n foo -o jsonpath='{.items[1:4].metadata.name}'
pods -n foo -o jsonpath='{.items[::2].metadata.name}'
! pods -n one -o jsonpath='{.items[5].metadata.name}'
pod alone -n one -o jsonpath='{.metadata.labels}'
pod alone -n one -o jsonpath='{.spec.containers[0].env}'
pod alone -n one -o jsonpath='{.spec.containers[*].image}'
pod alone -n one -o jsonpath='{.metadata.annotations.note}'
pod alone -n one -o jsonpath='{}'
pod alone -n one -o jsonpath='{.}'
pod alone -n one -o jsonpath='{@.metadata.name}'
pod alone -n one -o jsonpath='{..image}'
pod alone -n one -o jsonpath='plain text'
pod alone -n one -o jsonpath='{.nope}'
pod alone -n one -o jsonpath='{.nope}' --allow-missing-template-keys=false
pod alone -n one -o jsonpath='{.metadata.nope.deeper}' --allow-missing-template-keys=false
pod alone -n one -o jsonpath='{.metadata.name}' --allow-missing-template-keys=false
pods -n empty -o jsonpath='{.items[0].metadata.name}'
! pods -n empty -o jsonpath='{.items[*].metadata.name}'
pods -n empty -o jsonpath='{.items}'
pod nope -n foo -o jsonpath='{.metadata.name}'
pod alone nope -n one -o jsonpath='{.items[*].metadata.name}'
pods,cm -n foo -o jsonpath='{.items[*].kind}'
! pods -n foo -o jsonpath='{.items['
pods -n foo -o jsonpath='{range .items[*]}x'
pods -n foo -o jsonpath='{.items[?(@.metadata.name=="web-0"]}'
pods -n foo -o jsonpath='{.items[?(@.a && @.b)]}'
pods -n foo -o jsonpath='{items}'
pods -n foo -o jsonpath='{end}'
pods -n foo -o jsonpath='{.items[a]}'
pods -n foo -o jsonpath=
pods -n foo -o jsonpath
pods -n foo -o 'jsonpath= '
pods -n foo -o jsonpath --template=
pods -n foo -o JSONPATH={.kind}
! pod alone -n one -o jsonpath-as-json='{.metadata.name}'
pod alone -n one -o jsonpath-as-json='{.metadata.labels}'
pod alone -n one -o jsonpath-as-json='{.nope}'
pod alone -n one -o jsonpath-as-json='text {.kind} more'
pod alone -n one -o jsonpath-as-json='{.kind}{.metadata.name}'
pods -n foo -o jsonpath-as-json='{.items[*].metadata.name}'
pods -n foo -o jsonpath-as-json='{.items[*].spec.containers[0].resources}'
pods -n foo -o jsonpath-as-json='{.items['
pods -n foo -o jsonpath-as-json
pods -n foo -o jsonpath-as-json=
pods -n one -o jsonpath-as-json='{.items[5]}'
pods -n foo -o jsonpath-as-json='{range .items[*]}{.metadata.name}{end}'
! pods -n foo -o jsonpath-file=names.jsonpath
pods -n foo -o jsonpath-file=names-newline.jsonpath
pods -n foo -o jsonpath-file=broken.jsonpath
pods -n foo -o jsonpath-file=nope.jsonpath
pods -n foo -o jsonpath-file=/nope
pods -n foo -o jsonpath-file=manifests
pods -n foo -o jsonpath-file
pods -n foo -o jsonpath-file=
pods -n foo -o jsonpath-file=empty.txt
pods -n foo -o jsonpath-file --template=names.jsonpath
gizmo paths -o jsonpath='{.spec.big} {.spec.huge} {.spec.e6} {.spec.e7}'
gizmo paths -o jsonpath='{.spec}'
gizmo numbers -o jsonpath='{.spec.numbers}'
gizmo numbers -o jsonpath='{.spec.numbers[*]}'
gizmo nasty -o jsonpath='{.spec.scalars}'
gizmo nasty -o jsonpath-as-json='{.spec.structures}'
gizmos -o jsonpath='{.items[*].spec.c0}'
gizmo paths -o jsonpath='{.spec.nest[*][*]}'
gizmo paths -o jsonpath='{.spec.s}|{.spec.nul}|{.spec.emptyS}|{.spec.emptyM}|{.spec.emptyA}'
gizmo paths -o jsonpath='{.spec.s[0]}'
gizmo paths -o jsonpath='{.spec.o[?(@.v>1)].k}'
gizmo paths -o jsonpath='{.spec.o[?(@.k)].v}'
deploy -n samples -o jsonpath='{.items[*].metadata.managedFields[*].operation}'
`,
);

/** Go templates. */
export const goTemplateLines = commandLines(
  'go templates',
  String.raw`
! pods -n foo -o go-template='{{range .items}}{{.metadata.name}} {{end}}'
pods -n foo -o go-template --template='{{.kind}}'
pods -n foo -o go-template='{{.kind}}' --template='{{.apiVersion}}'
pods -n foo -o template='{{len .items}}'
pods -n foo -o template --template='{{len .items}}'
! pods -n foo --template='{{.kind}}'
pods -n foo --template='{{.kind}}' -o json
pods -n foo --template='{{.kind}}' -o wide
pods -n foo --template='{{.kind}}' -o name
pods -n foo --template=
! pod alone -n one -o go-template='{{.metadata.name}}{{"\n"}}'
pod alone -n one -o go-template='{{.nope}}'
pod alone -n one -o go-template='{{.nope.deeper}}'
pod alone -n one -o go-template='{{.nope}}' --allow-missing-template-keys=false
! pod alone -n one -o go-template='{{.metadata.labels}}'
pod alone -n one -o go-template='{{index .spec.containers 0}}'
pod alone -n one -o go-template='{{index .spec.containers 5}}'
pod alone -n one -o go-template='{{index .metadata.labels "app"}}'
pod alone -n one -o go-template='{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}'
pod alone -n one -o go-template='{{with .spec}}{{.restartPolicy}}{{else}}none{{end}}'
pod alone -n one -o go-template='{{if eq .status.phase "Running"}}yes{{else if .x}}x{{else}}no{{end}}'
pod alone -n one -o go-template='{{printf "%s-%d|%q|%v|%5s|%-8s|" .kind 5 .metadata.name .spec.restartPolicy "a" "b"}}'
pod alone -n one -o go-template='{{.metadata.name | printf "%q" | len}}'
pod alone -n one -o go-template='{{exists .metadata "name"}} {{exists . "x"}} {{exists . "metadata" "labels" "app"}}'
pod alone -n one -o go-template='{{"aGVsbG8=" | base64decode}}'
pod alone -n one -o go-template='{{"%%" | base64decode}}'
pod alone -n one -o go-template='{{and 1 0}} {{or 0 "x"}} {{not true}}'
pod alone -n one -o go-template='{{eq 1 1}} {{ne "a" "b"}} {{lt 1 2}} {{ge 2 2}}'
pod alone -n one -o go-template='{{html "<a>"}} {{js "it'"'"'s"}} {{urlquery "a b&c"}} {{print 1 2 "x"}} {{println "y"}}'
pod alone -n one -o go-template='{{slice "abcdef" 1 3}} {{len "日本"}}'
pod alone -n one -o go-template='{{define "t"}}[{{.}}]{{end}}{{template "t" .kind}}'
pod alone -n one -o go-template='{{block "b" .metadata}}{{.name}}{{end}}'
pod alone -n one -o go-template='  {{- .kind -}}  x {{/* comment */}}y'
pod alone -n one -o go-template='{{range .spec.containers}}{{break}}{{end}}{{range $i, $c := .spec.containers}}{{$i}}{{$c.name}}{{end}}'
pod alone -n one -o go-template='{{$x := 1}}{{$x = 2}}{{$x}}'
! pod alone -n one -o go-template='{{nope .}}'
pod alone -n one -o go-template='{{.kind'
pod alone -n one -o go-template='{{range .items}}'
pod alone -n one -o go-template='{{end}}'
pod alone -n one -o go-template='{{.kind | }}'
pod alone -n one -o go-template='{{"open}}'
pod alone -n one -o go-template='{{1 2}}'
pod alone -n one -o go-template='{{.kind.x}}'
pod alone -n one -o go-template='{{template "x"}}'
pod alone -n one -o go-template='{{$nope}}'
pod alone -n one -o go-template='{{len 3}}'
pod alone -n one -o go-template='{{lt 1 "a"}}'
pod alone -n one -o go-template=
pod alone -n one -o go-template
pod alone -n one -o template
! pods -n foo -o go-template-file=names.gotemplate
pods -n foo -o templatefile=names.gotemplate
pods -n foo -o go-template-file=broken.gotemplate
pods -n foo -o go-template-file=nope.gotemplate
pods -n foo -o go-template-file=/nope
pods -n foo -o go-template-file
pods -n foo -o go-template-file=empty.txt
pods -n foo -o go-template-file --template=names.gotemplate
pods -n empty -o go-template='{{len .items}} {{.items}}'
pod nope -n foo -o go-template='{{.kind}}'
pod alone nope -n one -o go-template='{{range .items}}{{.metadata.name}}{{end}}'
pods,cm -n foo -o go-template='{{range .items}}{{.kind}} {{end}}'
gizmo paths -o go-template='{{.spec.big}} {{.spec.huge}} {{.spec.e6}} {{.spec.e7}} {{.spec.nul}} {{.spec.emptyM}} {{.spec.emptyA}}'
gizmo paths -o go-template='{{.spec.arr}} {{.spec.nest}} {{.spec.one}} {{.spec.o}}'
gizmo numbers -o go-template='{{range .spec.numbers}}{{.}} {{end}}'
gizmo numbers -o go-template='{{.spec.numbers}}'
gizmo nasty -o go-template='{{.spec.structures.natural}}'
gizmo nasty -o go-template='{{range .spec.scalars}}{{printf "%q" .}}{{"\n"}}{{end}}'
cm unicode -n odd -o go-template='{{range $k, $v := .data}}{{$k}}:{{$v}};{{end}}'
cm sample-0 -n samples -o go-template='{{(index .metadata.managedFields 0).manager}}'
`,
);
