import { isSecretText } from './assignment-value.ts';
import { patternRecognizer, type Recognizer } from './recognizers.ts';

/** A word that is no word of a language: with a digit, a sign between letters, or both cases. */
const isPasswordLike = (value: string): boolean =>
  value.length >= 6 && /\d|[A-Za-z][^\w\s./:][\w!]|[a-z][A-Z]|[!@#$%^&*]$/.test(value) && isSecretText(value);

const send = String.raw`\bsend(?:line|_slow)?(?:[ \t]{1,4}-{1,2}[a-z]{0,8}){0,2}[ \t(]{1,8}`;

/** Texts that a script of expect or pexpect types. */
const typed: readonly Recognizer[] = [
  // After the prompt for it
  patternRecognizer(
    new RegExp(
      String.raw`(?:assword|assphrase|passcode|secret)\b[^"'\n]{0,40}["'][\s)};{]{0,20}${send}["'](?<it>(?:[^"'\\\n]|\\[^rn\n])+)`,
      'dgi',
    ),
    'secret',
    isSecretText,
  ),
  // A word that looks like one, with the return key, which is a blank in an escaped text
  patternRecognizer(
    new RegExp(String.raw`${send}"(?<it>[^"\s\\]{6,128})(?:\\[rn]|[\r\n ])"`, 'dg'),
    'secret',
    isPasswordLike,
  ),
  patternRecognizer(
    /\bsendline\([ \t]{0,8}["'](?<it>[^"'\s\\]{6,128})["'][ \t]{0,8}\)/dg,
    'secret',
    isPasswordLike,
  ),
];

/** Files with users and secrets of other programs, and the commands that write them. */
const files: readonly Recognizer[] = [
  // pppd: chap-secrets and pap-secrets have a client, a server, a secret, and addresses.
  patternRecognizer(
    /^["']?[A-Za-z][\w.@\\-]{0,63}["']?[ \t]{1,16}(?:\*|["']?x?(?:l2tpd?|pptpd?|ppp\d?)["']?)[ \t]{1,16}["']?(?<it>[^\s"']{4,128})["']?[ \t]{1,16}(?:(?:\*|-)(?=[ \t]{0,8}(?:#|$))|\d{1,3}(?:\.\d{1,3}){3})/dgm,
    'secret',
    (value, { 0: line }) =>
      (/[ \t]["']?x?(?:l2tp|pptp|ppp)/.test(line) || isPasswordLike(value)) && isSecretText(value),
  ),
  // Bundler: BUNDLE_GEMS__EXAMPLE__COM: "user:password"; bundle config set gems.example.com user:password
  patternRecognizer(
    /\bBUNDLE_[A-Z0-9]{1,64}(?:_{1,3}[A-Z0-9]{1,64}){1,8}["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?!https?:)[\w.@-]{1,64}:(?<it>[^\s"':/]{4,256})/dg,
    'secret',
    isSecretText,
  ),
  patternRecognizer(
    /\bbundle[ \t]{1,8}config[ \t]{1,8}(?:set[ \t]{1,8})?(?:--\w{1,8}[ \t]{1,8}){0,2}(?:[\w-]{1,63}\.){1,8}[a-z]{2,16}[ \t]{1,8}["']?[\w.@-]{1,64}:(?<it>[^\s"':/]{4,256})/dg,
    'secret',
    isSecretText,
  ),
  // Composer and Poetry: http-basic.HOST user password; TYPE.HOST token
  patternRecognizer(
    /\bconfig[ \t]{1,8}(?:-{1,2}\w{1,10}[ \t]{1,8}){0,3}http-basic\.[\w.-]{1,128}[ \t]{1,8}\S{1,64}[ \t]{1,8}["']?(?<it>[^\s"']{4,256})/dg,
    'secret',
    isSecretText,
  ),
  patternRecognizer(
    /\bconfig[ \t]{1,8}(?:-{1,2}\w{1,10}[ \t]{1,8}){0,3}(?:(?:github|gitlab)-oauth|(?:gitlab|forgejo|pypi)-token|bearer)\.[\w.-]{1,128}[ \t]{1,8}["']?(?<it>[^\s"']{4,256})/dg,
    'secret',
    isSecretText,
  ),
  // Dovecot: a hashed password whose scheme says that it is none
  patternRecognizer(/:\{(?:PLAIN|CLEAR|CLEARTEXT)\}(?<it>[^\s:"']{1,256})/dgi, 'secret', isSecretText),
  // Network devices: neighbor x password y, message-digest-key 1 md5 y, standby 1 authentication y, key-string y
  patternRecognizer(
    /(?:\bneighbor[ \t]{1,4}\S{1,64}[ \t]{1,4}password|\bmessage-digest-key[ \t]{1,4}\d{1,3}[ \t]{1,4}md5|\b(?:standby|vrrp)[ \t]{1,4}\d{1,3}[ \t]{1,4}authentication(?:[ \t]{1,4}(?:text|md5[ \t]key-string))?|^[ \t]{0,8}key-string|\bprivilege[ \t]{1,4}\d{1,2}[ \t]{1,4}(?:password|secret))[ \t]{1,4}(?:[05-9][ \t]{1,4})?(?<it>[^\s"']{4,128})(?=[ \t]{0,8}$)/dgm,
    'secret',
    isSecretText,
  ),
  // NetworkManager
  patternRecognizer(
    /\bnmcli\b[^\n|;]{0,200}[ \t](?:password|(?:wifi|802-11-wireless)-sec\w{0,6}\.psk|802-1x\.password)[ \t]{1,4}["']?(?<it>[^\s"']{4,128})/dg,
    'secret',
    isSecretText,
  ),
  // rclone: the password of a remote
  patternRecognizer(
    /\brclone[ \t]{1,4}config[ \t]{1,4}(?:create|update|password)\b[^\n|;]{0,200}[ \t](?:pass|password|secret_access_key|client_secret|token)[ \t=]{1,4}["']?(?<it>[^\s"']{4,256})/dg,
    'secret',
    isSecretText,
  ),
  // Windows
  patternRecognizer(
    /\bcmdkey\b[^\n]{0,200}[ \t]\/pass:["']?(?<it>[^\s"']{1,128})/dgi,
    'secret',
    isSecretText,
  ),
];

const fileHint =
  /BUNDLE_|bundle[ \t]|http-basic\.|-oauth\.|-token\.|bearer\.|\{(?:plain|clear)|neighbor|message-digest|standby|vrrp|key-string|privilege|nmcli|rclone|cmdkey|[ \t]\*|l2tp|pptp|[ \t]["']?ppp/i;

/** Recognizes secrets that scripts type at a prompt, and those at a place of a file that has no name for them. */
export const typedSecrets: Recognizer = (text) => {
  const all: Recognizer[] = [];
  if (/\bsend(?:line|_slow)?[ \t(]/.test(text)) all.push(...typed);
  if (fileHint.test(text)) all.push(...files);
  return all.flatMap((find) => find(text));
};
