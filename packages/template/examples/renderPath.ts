import { checkTemplate, renderTemplate } from '@stoker/template';

const source = 'sites/{{.Vars.site}}/{{ .GatewayName }}';
checkTemplate(source, { GatewayName: 'string', Vars: 'map' }); // before any value is known
console.log(renderTemplate(source, { GatewayName: 'area-1', Vars: { site: 'plant' } })); // sites/plant/area-1

try {
  checkTemplate('sites/{{.Vars.site | lower}}', { GatewayName: 'string', Vars: 'map' });
} catch (error) {
  console.log(String(error)); // StokerError: "{{.Vars.site | lower}}" is not a variable reference
}
