import { sync } from './index.ts';
import { memorySource } from './testing/memorySource.ts';
import { requestFor, mapping } from './testing/requests.ts';
import fs from 'node:fs';
const N=Number(process.argv[2]??10000); const dir='/tmp/se-perf'; fs.rmSync(dir,{recursive:true,force:true}); fs.mkdirSync(dir);
const tree:Record<string,string>={}; for(let i=0;i<N;i++) tree[`p${i%20}/d${i%400}/f${i}.json`]=JSON.stringify({i,pad:'x'.repeat(6000)});
const t2={...tree}; for(let i=0;i<50;i++) t2[`p${i%20}/d${i%400}/f${i}.json`]='{"v":2}';
const s1=memorySource(tree), s2=memorySource(t2,[tree]);
const prot={paths:['.resources/','db/','metricsdb/','var/','logs/','autobackup/','jar-cache/','certificates/','keystore/','config/local/','**/*.digest.json','**/.deleted-*','*.idb','*.log'],explicitOnly:['gateway.xml']};
for (const [n,s,o] of [['full',s1,{}],['none',s1,{}],['none',s1,{}],['rehash',s1,{rehash:true}],['50',s2,{}],['none',s2,{}]] as const){ const t=performance.now(); const c=process.cpuUsage(); const r=await sync(requestFor('',dir,{source:s,protection:prot,excludePatterns:['**/.git/','**/.gitkeep','**/.resources/**'],release:{id:n+s.id,ref:'m',commit:'c'}}),o); const u=process.cpuUsage(c); console.log(n,Math.round(performance.now()-t),'ms cpu',Math.round((u.user+u.system)/1000),r.outcome,JSON.stringify(r.counts),JSON.stringify(r.durationsMs)); }
console.log('rss peak MB', process.resourceUsage().maxRSS/1024);
fs.rmSync(dir,{recursive:true,force:true});
