// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { describe, expect, test } from 'vitest';
import type { Recognizer } from '../../../src/domain/mask/recognizers.ts';
import {
  clusterRecognizer,
  emailRecognizer,
  hostRecognizer,
  ipv4Recognizer,
  ipv6Recognizer,
  urlRecognizer,
  userRecognizer,
} from '../../../src/domain/mask/recognizers.ts';
import { secretRecognizer } from '../../../src/domain/mask/secret-recognizer.ts';

type Case = readonly [text: string, expected: readonly string[]];

const describeRecognizer = (name: string, recognizer: Recognizer, cases: readonly Case[]) =>
  describe(name, () => {
    test.each(cases.map(([text, expected]) => ({ text, expected })))('$text', ({ text, expected }) => {
      const pieces = recognizer(text).map(({ from, to }) => text.slice(from, to));
      expect([...new Set(pieces)]).toEqual(expected);
    });
  });

describeRecognizer('IPv4', ipv4Recognizer, [
  ['10.0.0.7', ['10.0.0.7']],
  ['connect ECONNREFUSED 10.1.2.3:5432.', ['10.1.2.3']],
  ['10.0.0.0/16 and 192.168.255.1', ['10.0.0.0', '192.168.255.1']],
  ['https://127.0.0.1:8443/x', ['127.0.0.1']],
  ['version 1.2.3', []],
  ['v1.2.3.4', []],
  ['1.2.3.4.5', []],
  ['300.1.1.1', []],
  ['billing:1.25.3', []],
]);

describeRecognizer('IPv6', ipv6Recognizer, [
  ['[0:0:0:0:0:0:0::]:443 and ::1:2:3:4:5:6:7', ['0:0:0:0:0:0:0::', '::1:2:3:4:5:6:7']],
  ['1:2:3:4:5:6:7:8::', []],
  ['fe80::1', ['fe80::1']],
  ['[2001:db8:0:0:0:0:0:1]:443', ['2001:db8:0:0:0:0:0:1']],
  ['::1 and ::ffff:10.0.0.7', ['::1', '::ffff:10.0.0.7']],
  ['fe80::1%eth0', ['fe80::1%eth0']],
  ['at 10:15:07', []],
  ['2026-03-04T10:15:07Z', []],
  ['std::string a::b', []],
  ['production.yaml:14:12', []],
  ['00:1b:44:11:3a:b7', []],
]);

describeRecognizer('e-mail', emailRecognizer, [
  ['ada.l+ops@mail.example.com wrote', ['ada.l+ops@mail.example.com']],
  ['<ada@example.io>,', ['ada@example.io']],
  ['worker@vm-3', []],
  ['user-7@masked', []],
  ['@example.com', []],
]);

describeRecognizer('host names', hostRecognizer, [
  ['psp.acme-pay.com:443 timed out', ['psp.acme-pay.com']],
  ['at vm-3.eu.internal.', ['vm-3.eu.internal']],
  ['kafka-0.kafka:9092', ['kafka-0.kafka']],
  ['registry.acme.de/billing:1.4.2', ['registry.acme.de']],
  ['pulling registry.acme.cafe/shop/billing:1.4.2', ['registry.acme.cafe']],
  ['node ip-10-0-0-7', ['ip-10-0-0-7']],
  ['http.server.requests', []],
  ['error.rate crit ">>5"', []],
  ['production.yaml:14:12: sources.prom.every', []],
  ['org.springframework.web.Foo java.net.ConnectException', []],
  ['com.acme.billing.io', []],
  ['app.kubernetes.io/name=billing', []],
  ['docker.io/library/nginx:1.25.3', []],
  ['billing-7c9f-x2k 1.2.3 10:15:07', []],
  ['billing-0:8081', []],
  ['Foo.run() took 3.5s', []],
]);

describeRecognizer('addresses', urlRecognizer, [
  ['PATCH https://api.prod.zone:6443/apis', ['api.prod.zone']],
  ['postgres://opsdeck:pw@bastion/shop', ['opsdeck:pw', 'bastion']],
  ['postgres://…masked@bastion/shop', ['bastion']],
  ['http://10.0.0.7:8081 http://[::1]:80', []],
  ['http://saga-54d4cb997f-9xblx:8080/healthz', []],
  ['https://quay.io/acme', []],
]);

describeRecognizer('secrets', secretRecognizer, [
  ['Authorization: Bearer abc123def456', ['abc123def456']],
  ['authorization=Basic QWxhZGRpbjpvcGVu', ['QWxhZGRpbjpvcGVu']],
  ['got eyJhbGciOi.eyJzdWIiOiIx.abc-_1 back', ['eyJhbGciOi.eyJzdWIiOiIx.abc-_1']],
  ['password=hunter2 next', ['hunter2']],
  ['"api_key":"k 1","x":1', ['k 1']],
  ['DB_PASSWORD=s3cr3t;', ['s3cr3t']],
  ['client-secret: Abc123', ['Abc123']],
  ['DB_PASSWORD:   quince', ['quince']],
  ['dbPassword=quince userToken: "quince"', ['quince']],
  ['bypass=quince compass: north-west', []],
  ['API_KEY=… password: hidden → hidden', []],
  ['?token=abc&user=x', ['abc']],
  ['AKIAIOSFODNN7EXAMPLE', ['AKIAIOSFODNN7EXAMPLE']],
  [`ghp_${'a1'.repeat(12)}`, [`ghp_${'a1'.repeat(12)}`]],
  ['glpat-0123456789abcdefgh', ['glpat-0123456789abcdefgh']],
  ['amqp://guest:guest@mq', ['guest:guest']],
  ['amqp://${env:USER}:${env:PASSWORD}@mq', []],
  ['amqp://${env:USER}:x${env:PASSWORD}@mq', ['${env:USER}:x${env:PASSWORD}']],
  ['-----BEGIN RSA PRIVATE KEY----- MIIE', ['-----BEGIN RSA PRIVATE KEY----- MIIE']],
  ['password: required', []],
  ['secret not expected', []],
  ['tokens: 30', []],
  ['token bucket: 20 of 30 left', []],
  ['password=…masked', []],
  ['basic authentication is off', []],
  ['ARMED 14:52: psp outage', []],
  ['sha256:9f86d081884c7d659a2feaa0c55ad015', []],
  ['cookie: session', []],
]);

describeRecognizer('users', userRecognizer, [
  ['user=ada did', ['ada']],
  ['userId: 4711', ['4711']],
  ['{"username":"ada.l"}', ['ada.l']],
  ['customer_id=c-12', ['c-12']],
  ['user: who it is', []],
  ['user=null', []],
  ['users = 5', []],
]);

describeRecognizer('contexts and accounts', clusterRecognizer, [
  ['context prod-eu-1, user kube-admin, namespaces shop', ['prod-eu-1', 'kube-admin']],
  ['in the context of a cluster that', []],
  ['user experience', []],
]);
