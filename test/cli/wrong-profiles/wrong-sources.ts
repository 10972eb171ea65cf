// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { api, base, head, src, type WrongProfile } from './profile-texts.ts';

/** Mistakes in the head, the YAML, the sources and their references, as a tired engineer makes them. */
export const wrongSources: Readonly<Record<string, WrongProfile>> = {
  'world-unknown': [base + 'world: { system: dmeo }\n', '9:18', 'Did you mean "demo"?'],
  'world-incident': [base + 'world: { system: demo, incident: brokr-down }\n', '9:24', 'Valid: system'],
  'world-text': [base + 'world: demo\n', '9:8', 'Write { system: … }'],
  'system-spaces': [
    'opsdeck: 1\nsystem: My Shop\nenv: dev\ntier: dev\n' + api,
    '2:9',
    'Start with a letter, then letters, digits, - and _',
  ],
  'system-number': [
    'opsdeck: 1\nsystem: 42\nenv: dev\ntier: dev\n' + api,
    '2:9',
    'Start with a letter, then letters, digits, - and _',
  ],
  'system-missing': ['opsdeck: 1\nenv: dev\ntier: dev\n' + api, '1:1', 'Write system: …'],
  'opsdeck-quoted': [
    'opsdeck: "1"\nsystem: shop\nenv: dev\ntier: dev\n' + api,
    '1:10',
    'Remove the quotes around the value',
  ],
  'opsdeck-v1': ['opsdeck: v1\nsystem: shop\nenv: dev\ntier: dev\n' + api, '1:10', 'Write 1'],
  'tier-upper': [
    'opsdeck: 1\nsystem: shop\nenv: dev\ntier: Production\n' + api,
    '4:7',
    'Did you mean "production"?',
  ],
  'env-slash': [
    'opsdeck: 1\nsystem: shop\nenv: eu/prod\ntier: dev\n' + api,
    '3:6',
    'Start with a letter, then letters, digits, - and _',
  ],
  'type-list': [
    `${head}sources:\n  - id: api\n    type: http\n    url: http://127.0.0.1\n`,
    '6:3',
    'Write NAME: { type: …, … }',
  ],
  'source-key-case': [
    src('Type: http, url: "http://x", checks: [{ service: a, path: /h }]'),
    '6:6',
    'Write type: actuator | alertmanager | aws | docker | file | github |',
  ],
  'type-postgresql': [src('type: postgresql, url: "postgres://ops@h/d"'), '6:14', 'Did you mean "postgres"?'],
  'type-k8s': [src('type: k8s, context: prod'), '6:14', 'Did you mean "kubernetes"?'],
  'checks-map': [
    src('type: http, url: "http://x", checks: { service: a, path: /h }'),
    '6:45',
    'Write a list here: [ … ]',
  ],
  'check-in-source': [
    src('type: http, url: "http://x", service: a, path: /healthz'),
    '6:37',
    'Write service below checks:',
  ],
  'timeout-unit': [
    src('type: http, url: "http://x", timeout: 5sec, checks: [{ service: a, path: /h }]'),
    '6:46',
    'Write 15s, 5m or 1h30m',
  ],
  'every-minutes': [
    src('type: http, url: "http://x", every: 1 minute, checks: [{ service: a, path: /h }]'),
    '6:44',
    'Write 15s, 5m or 1h30m',
  ],
  'expect-status-text': [
    src('type: http, url: "http://x", checks: [{ service: a, path: /h, expect: { status: OK } }]'),
    '6:88',
    'Write 200, "200-299", or a list of these',
  ],
  'expect-status-out': [
    src('type: http, url: "http://x", checks: [{ service: a, path: /h, expect: { status: 2000 } }]'),
    '6:88',
    'Write 200, "200-299", or a list of these',
  ],
  'nesting-signal-in-source': [
    `${head}sources:\n  api:\n    type: http\n    url: http://x\n    checks: [{ service: api, path: /h }]\n    signals: [{ id: a, read: { latency: api } }]\n`,
    '10:5',
    'Write signals: outside of sources, without indentation',
  ],
  'nesting-out': [
    `${head}sources:\napi:\n  type: http\n  url: http://x\n`,
    '6:1',
    'Indent api with two spaces, below sources:',
  ],
  'nesting-indent': [
    `${head}sources:\n  api:\n    type: http\n   url: http://x\n`,
    '8:1',
    'Align the line with its neighbors, or with its parent and two more',
  ],
  'nesting-deep': [
    `${head}sources:\n  api:\n    type: http\n      url: http://x\n`,
    '7:11',
    'Start a new line, or quote the value',
  ],
  'colon-space': [
    `${head}sources:\n  api: { type:http, url: "http://x" }\n`,
    '6:8',
    'Write type: actuator | alertmanager | aws | docker | file | github |',
  ],
  'colon-space-block': [
    `${head}sources:\n  api:\n    type:http\n    url: http://x\n`,
    '7:5',
    'Write type: http',
  ],
  'tab-in-flow': [`${head}sources:\n  api:\n\t\ttype: http\n`, '7:1', 'Indent with spaces'],
  'dup-source': [
    `${base}  api: { type: http, url: "http://y", checks: [{ service: b, path: / }] }\n`,
    '9:3',
    'Keep one of them',
  ],
  'dup-sections': [`${base}signals: []\nsignals: []\n`, '10:1', 'Keep one of them'],
  'env-dollar': [
    src('type: http, url: "$API_URL", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Write ${env:API_URL}',
  ],
  'env-brace-upper': [
    src('type: http, url: "${API_URL}", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Declare API_URL under vars, or write ${env:API_URL} to read it from',
  ],
  'env-dot': [
    src('type: http, url: "${env.API_URL}", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Write ${env:API_URL}',
  ],
  'env-double': [
    src('type: http, url: "{{ API_URL }}", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Write ${env:API_URL}',
  ],
  'env-empty': [
    src('type: http, url: "${env:}", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Use ${name}, ${env:NAME}, ${file:path}, ${exec:command} or',
  ],
  'env-default': [
    src('type: http, url: "${env:API_URL:-http://x}", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Write ${env:API_URL}',
  ],
  'env-unclosed': [
    src('type: http, url: "${env:API_URL", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Close it with }. $${ is a literal ${',
  ],
  'env-unset': [
    src('type: http, url: "${env:NOT_SET_ANYWHERE}", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Set the environment variable NOT_SET_ANYWHERE',
  ],
  'ipv6-ssh-port': [
    src('type: host, ssh: ["ops@[2001:db8::1"]'),
    '6:26',
    'Write an IPv6 address without them: user@2001:db8::1',
  ],
  'ssh-port': [
    src('type: host, ssh: ["ops@10.0.0.1:2222"]'),
    '6:26',
    'Set Port for a Host alias in the SSH config, and name the alias here',
  ],
  'ssh-string': [src('type: host, ssh: ops@10.0.0.1'), '6:25', 'Write a list here: [ … ]'],
  'ipv6-url': [
    src('type: http, url: "http://2001:db8::1:8080", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Write an IPv6 address in brackets: http://[2001:db8::1]:8080',
  ],
  'ipv6-kafka': [src('type: kafka, brokers: ["2001:db8::1:9092"]'), '6:30', 'Use [2001:db8::1]:9092'],
  'kafka-url': [
    src('type: kafka, brokers: ["http://10.0.0.1:9092"]'),
    '6:30',
    'Use HOST:PORT without a scheme',
  ],
  'port-99999': [
    src('type: http, url: "http://h:99999", checks: [{ service: a, path: /h }]'),
    '6:25',
    'Write a port of at most 65535',
  ],
  'redis-http': [
    src('type: redis, url: "http://h:6379"'),
    '6:26',
    'Use redis://HOST:PORT/DATABASE, or rediss:// for TLS',
  ],
  'pw-url': [
    src('type: postgres, url: "postgres://ops:secretpw@h/shop"'),
    '6:29',
    'Write ${env:X_URL}, or ${exec:COMMAND} of a password manager',
  ],
  'pw-redis': [
    src('type: redis, url: "redis://:secretpw@h:6379"'),
    '6:26',
    'Write ${env:X_URL}, or ${exec:COMMAND} of a password manager',
  ],
  'token-plain': [
    src(
      'type: http, url: "http://x", auth: { bearer: abcdef0123456789abcdef }, checks: [{ service: a, path: /h }]',
    ),
    '6:53',
    'Write ${env:X_BEARER}, or ${exec:COMMAND} of a password manager',
  ],
  'auth-both': [
    src(
      'type: http, url: "http://x", auth: { bearer: "${env:T}", user: a, password: "${env:P}" }, checks: [{ service: a, path: /h }]',
    ),
    '6:65',
    'Valid: bearer, basic, header',
  ],
  'via-no-port': [
    `${base}  bus: { type: actuator, service: bus, via: { source: k8s, target: deployment/bus } }\n`,
    '9:45',
    'Add port: the port of the server there',
  ],
  'via-not-tunnel': [
    `${base}  bus: { type: actuator, service: bus, via: { source: api, target: pod/bus, port: 80 } }\n`,
    '9:55',
    'Name a source of type kubernetes, docker or host, or write ssh: HOST',
  ],
  'via-self': [
    `${base}  bus: { type: actuator, service: bus, via: { source: bus, target: pod/bus, port: 80 } }\n`,
    '9:55',
    'Connect to one of these sources without via',
  ],
  'extends-self': [base + 'extends: extends-self.yaml\n', '9:10', 'Remove one of these extends lines'],
  json: [
    '{ "opsdeck": 1, "system": "shop" "env": "dev" }\n',
    '1:34',
    'Write a comma between the entries of { } or [ ]',
  ],
  'smart-quotes': [
    `${head}sources:\n  api: { type: http, url: “http://x”, checks: [{ service: a, path: /h }] }\n`,
    '6:27',
    'Write straight quotes: "http://x"',
  ],
  'crlf-tab': [
    head.replaceAll('\n', '\r\n') + 'sources:\r\n  api:\t{ type: htp }\r\n',
    '6:16',
    'Did you mean "http"?',
  ],
  'yes-no': [base + 'guard: { readOnly: "yes" }\n', '9:20', 'Write true or false'],
  'at-sign': [`${head}title: @shop\n`, '5:8', 'Put the value in quotes'],
  percent: [`${head}title: %shop\n`, '5:8', 'Put the value in quotes'],
  backtick: [`${head}title: \`shop\`\n`, '5:8', 'Put the value in quotes'],
  'colon-in-title': [`${head}title: shop: dev\n`, '5:8', 'Start a new line, or quote the value'],
  'dash-no-space': [`${head}across:\n  -dev\n`, '6:3', 'Write a space after the dash: - dev'],
  'file-glob': [src('type: file, path: /var/log/*.log'), '6:20', 'Did you mean "paths"?'],
  'file-paths-string': [src('type: file, paths: /var/log/x.log'), '6:27', 'Write a list here: [ … ]'],
  'docker-host': [
    src('type: docker, host: "127.0.0.1:2375"'),
    '6:28',
    'Use unix:///var/run/docker.sock, tcp://HOST:2375 or https://HOST:2376',
  ],
  'github-url': [
    src('type: github, repo: "https://github.com/a/b", workflow: ci.yml'),
    '6:28',
    'Use OWNER/NAME',
  ],
  'loki-query': [
    src('type: loki, url: "http://h", query: "{app=x}"'),
    '6:44',
    'Use {namespace="shop", app=~"api-.*"}',
  ],
  'script-run-text': [
    src('type: script, checks: [{ service: a, run: "df -h /", timeout: 5s }]'),
    '6:50',
    'Write a list, [program, argument]',
  ],
  'slack-no': [src('type: slack, channel: "#ops"'), '6:6', 'Set token and channel, or webhook: { url }'],
};
