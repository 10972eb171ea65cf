import type { Expectations } from '../support/expectations.ts';

const down = [/eventmesh-api: down +50[23]/, /^health\.failures: 2$/m];
const panic = /panicked at crates\/riptide-api\/src\/routes\/events\.rs:214:27/;
const journal = /Started eventmesh-api\.service/;
const python = /0\.0\.0\.0:8080 +pid 755, python3 -m http\.server 8080, of deploy/;
const done = /exited with status 0|succeeded|→ done/;
const archives = [/eventmesh-backup-20260304000000\.tar\.gz +status there/, /^backups.*: [23]$/m];
const disks = /\/dev\/vda1 41612886016 17433260032 24179625984 42% \//;
const healthyOnHost = /^200 0\.00/m;
const packed = /6 entries, 24 MiB unpacked/;
const oldBinary = /39daf7863adaf91937daf46038daf5f33ddafdd23edaff653bdafaac3cdafc3f .*\/bin\/riptide-api/;

/** Expected output of the host runbooks. */
export const eventmeshHostsExpected: Expectations = {
  'port-conflict of eventmesh/dev, port-conflict': {
    diagnose: {
      d0: down,
      d1: [/eventmesh-api +status failed +ready 0/, /port 8080 .*held by python3/],
      'd1-processes': /no process matches: riptide/,
      d2: python,
      d3: /cannot listen on 0\.0\.0\.0:8080: Address already in use/,
      'd3-journal': journal,
      d4: /^404 0\.0012/m,
    },
    acts: { a1: done, 'a1-start': done },
    proves: ['v-unit', 'v-port', 'v-host', 'vh'],
  },
  'port-conflict-kill of eventmesh/dev, port-conflict': {
    diagnose: { d2: python },
    acts: { a1: done, 'a1-start': done },
    proves: ['v-unit', 'v-port', 'v-host', 'vh'],
  },
  'restart of eventmesh/dev, crashed': {
    diagnose: {
      d0: down,
      d1: [/eventmesh-api +status failed +ready 0 .*exit 101/, /port 8080 .*not bound/],
      'd1-processes': /no process matches: riptide/,
      d2: /no process listens on port 8080/,
      d3: panic,
      'd3-journal': journal,
      d4: /curl: \(7\) Failed to connect to localhost port 8080/,
    },
    acts: { a2: done },
    proves: ['v-unit', 'v-port', 'v-host', 'vh'],
  },
  'restart of eventmesh/dev, hung': {
    diagnose: {
      d0: [/eventmesh-api: down +no answer in 5s/, /^health\.failures: 2$/m],
      d1: [/eventmesh-api +status active \(running\) +ready 1/, /port 8080 .*held by eventmesh-api/],
      'd1-processes': /^pid 744, \S+\/riptide-api/m,
      d2: /0\.0\.0\.0:8080 +pid 744, \S+\/riptide-api/,
      d3: /no line matches the regular expression/,
      'd3-journal': journal,
      d4: [/exited with status 28/, /^curl: \(28\) Operation timed out/m],
    },
  },
  'network of eventmesh/production, cut-off': {
    diagnose: { d0: [/eventmesh-api: down +504/, /^health\.failures: 2$/m], d4: healthyOnHost },
  },
  'network of eventmesh/production, healthy: executed-not-recovered': {
    diagnose: { d0: [/eventmesh-api: up +200/, /^version: 0\.1\.0$/m], d4: healthyOnHost },
    holds: ['vh'],
  },
  'deployment-failed': {
    diagnose: {
      d1: [/logs\/deploy_20260304\.log, written 10h ago/, /INFO backup of the binary before: ok$/m],
      'd1-errors': /^true: deploy\.errors is 0/,
      d2: /^true: package is 1/,
      'd2-contents': /^true: package\.whole is 1/,
      d3: /config vm-1 true → exited with status 0/,
      'd3-sudo': /\(root\) NOPASSWD: ALL/,
      d4: /no line matches the regular expression/,
      d5: [/^RUST_LOG=info$/m, /^REDIS_URL=…$/m, /^API_KEY=…$/m],
    },
  },
  'deployment-failed of eventmesh/production, deploy-denied': {
    diagnose: { 'd3-write': /test -w \S+\/bin → exited with status 1$/ },
  },
  'deployment-failed of eventmesh/production, healthy: executed-not-recovered': {
    diagnose: { 'd3-write': /test -w \S+\/bin → exited with status 0$/ },
    holds: ['v-write', 'vh'],
  },
  'slow of eventmesh/production, slow-host': {
    diagnose: {
      d1: [/us sy id wa st/, / 74 19 +7 +0 +0$/m],
      'd1-top': /pid 744, \/opt\/eventmesh\/production\/bin\/riptide-api/,
      d2: [/Threads: 4 total/, /R +99\.9 .*tokio-runtime-w/],
      d3: /Mem: +4294967296 +1489649009/,
      d4: /vda .* 27\.90$/m,
      d5: /10\.0\.0\.1:8080 10\.0\.0\.9:40000/,
      d6: disks,
    },
    acts: {
      a1: /Captured and wrote 0\.061 MB \S+ \(460 samples\)/,
      'a1-report': /81\.40% +riptide-api +riptide_core::shard::rebalance/,
      a3: done,
    },
    proves: ['v-host'],
    holds: ['v-unit'],
  },
  'error-log of eventmesh/production, crashed': {
    diagnose: {
      d1: panic,
      d2: /^true: s4\.log\.err is 2 /,
      d3: /^false: s4\.log\.panic is 2 /,
      d4: /vm-1 +0\.0\.0\.0:22 +pid 412, sshd/,
    },
  },
  'debug-mode of eventmesh/staging, healthy': {
    diagnose: { d1: /^RUST_LOG=info$/m, d2: disks },
    acts: {
      a1: [
        /^Environment="RUST_LOG=debug"$/m,
        /^Environment="RUST_BACKTRACE=full"$/m,
        /^5 of 5 calls succeeded/m,
      ],
    },
    holds: ['v-log', 'v-host'],
  },
  'backup of eventmesh/production, healthy': {
    diagnose: { d1: archives },
    acts: { a1: [packed, /manual-backup-20260304T1015\d\dZ\.tar\.gz/] },
    proves: ['v1'],
  },
  'rollback of eventmesh/dev, bad-release': {
    diagnose: {
      d0: [/eventmesh-api: down +503/, /^version: 0\.2\.0$/m],
      d1: archives,
      d2: /-rwxr-xr-x deploy\/deploy +18874368 .*\.\/bin\/riptide-api/,
      d3: /^06eee0c305eedf30\w+ +\/opt\/eventmesh\/dev\/bin\/riptide-api/m,
      d4: /cannot migrate: column "shard" of relation "events" does not exist/,
    },
    acts: { 'a2-copy': packed, a2: oldBinary },
    proves: ['v-tree', 'v-host', 'v-watch'],
    holds: ['v-unit'],
  },
  'copy-archive': { diagnose: { d1: archives } },
  'system-failure of eventmesh/production, system-failure': {
    diagnose: {
      d0: down,
      d1: /eventmesh-api +status failed +ready 0 .*exit 203/,
      d2: archives,
      d3: [/vm-1 +no line matches the regular expression/, /vm-2 +no line matches the regular expression/],
      d4: journal,
    },
    acts: { a4: oldBinary },
    proves: ['v-hosts', 'v-units', 'v-watch'],
  },
  'data-corruption-stop of eventmesh/production, data-corruption': {
    diagnose: { d0: down, d1: /vm-2 .*checksum mismatch at offset 1048576/ },
    proves: ['v-stopped'],
  },
  'data-corruption of eventmesh/production, corruption-stopped': {
    diagnose: {
      d0: down,
      d1: /vm-2 .*checksum mismatch at offset 1048576/,
      d2: archives,
      d3: /eventmesh-api +status inactive \(dead\) +ready 0/,
    },
    acts: { a3: oldBinary },
    proves: ['v-hosts'],
    holds: ['v-units'],
  },
  'notify of eventmesh/production, healthy': {
    acts: { a1: /"ok":true.*"text":"production was rolled back. It is being watched"/ },
  },
};
