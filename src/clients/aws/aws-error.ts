import type { Millis } from '../../domain/base/fault.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { parseRetryAfter, statusError, throttledError } from '../../platform/network/status.ts';
import { LoginExpiredError, RemediedError } from '../../platform/network/to-fault.ts';
import { toWireError, WireError } from '../../platform/runtime/wire-error.ts';

const maxErrorLength = 400;

/** The error of an AWS response: its code without a namespace, and its message. */
interface AwsError {
  readonly code: string;
  readonly message: string;
}

const errorOfJson = (answer: HttpAnswer): AwsError | undefined => {
  const body = answer.json();
  if (typeof body !== 'object' || body === null) return undefined;
  const of = (...names: readonly string[]): string => {
    const found = Object.entries(body).find(
      ([name, value]) => names.includes(name) && typeof value === 'string',
    );
    return found === undefined ? '' : String(found[1]);
  };
  // The REST protocol names the code in a header: 'ResourceNotFoundException:http://…'.
  const named = of('__type', 'code') || (answer.headers['x-amzn-errortype'] ?? '').split(':')[0] || '';
  const code = named.split('#').at(-1) ?? '';
  return code === '' ? undefined : { code, message: of('message', 'Message') };
};

/** STS responds in XML: <Error><Code>…</Code><Message>…</Message></Error>. */
const errorOfXml = (text: string): AwsError | undefined => {
  const part = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
  const code = part('Code');
  return code === '' ? undefined : { code, message: part('Message') };
};

const errorOf = (answer: HttpAnswer): AwsError | undefined => {
  if (/^\s*</.test(answer.text)) return errorOfXml(answer.text);
  try {
    return errorOfJson(answer);
  } catch {
    return undefined;
  }
};

const throttling = /thrott|TooManyRequests|RequestLimitExceeded|SlowDown|OverLimit/i;
const refusedLogin =
  /^(?:InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|InvalidSecurity|InvalidSecurityToken|AuthFailure|OptInRequired)/;
const expired = /^(?:ExpiredToken|RequestExpired|TokenRefreshRequired)/;
const refusedAction =
  /^(?:AccessDenied|UnauthorizedOperation|NotAuthorized|KMS\.AccessDenied|KmsAccessDenied)/;
/** The object, or the action itself: emulators serve only some. */
const absent =
  /NonExistentQueue|QueueDoesNotExist|ResourceNotFound|NoSuchBucket|^(?:NotFound|InvalidAction|UnknownOperation)/;

/** The action that a denial names: 'sqs:getqueueattributes' in 'is not authorized to perform: …'. */
const deniedAction = (message: string): string | undefined =>
  /not authorized to perform:? ([a-z0-9-]+:[A-Za-z*]+)/i.exec(message)?.[1];

const deniedError = (text: string, message: string): WireError => {
  const action = deniedAction(message);
  return new RemediedError(
    'denied',
    text,
    action === undefined
      ? 'compare the policy of the role with the minimum policy in the README of the source aws'
      : `allow the role ${action} on this resource`,
  );
};

/**
 * Returns the error of a response; undefined when it succeeded. Source: AWS, SQS API Reference, Common Errors. `wallNow`:
 * the machine's wall clock.
 */
export const awsResponseError = (answer: HttpAnswer, wallNow: Millis): WireError | undefined => {
  const problem = statusError(answer, wallNow);
  if (problem === undefined) return undefined;
  const error = errorOf(answer);
  if (error === undefined) return problem;
  const { code, message } = error;
  const text = oneLine(message === '' ? code : `${code}: ${message}`, maxErrorLength);
  if (throttling.test(code))
    return throttledError(text, parseRetryAfter(answer.headers['retry-after'], wallNow));
  if (expired.test(code)) return new LoginExpiredError(text, 'renew the credentials of this AWS profile', []);
  if (refusedLogin.test(code)) return new WireError('denied', text);
  if (refusedAction.test(code)) return deniedError(text, message);
  if (absent.test(code)) return new WireError('missing', text);
  if (answer.status >= 500) return new WireError('unreachable', text);
  return problem.kind === 'denied' ? deniedError(text, message) : new WireError('malformed', text);
};

/** Converts an error of the credential chain or of the SDK. `profile`: its login is named. */
export const sdkError = (error: unknown, profile: string | undefined): unknown => {
  const wire = toWireError(error);
  if (wire !== undefined || !(error instanceof Error)) return wire ?? error;
  const text = oneLine(error.message, maxErrorLength);
  if (/sso.*(?:expired|invalid)|(?:expired|invalid).*sso|aws sso login/i.test(error.message))
    return new LoginExpiredError(text, 'renew the SSO session', [
      ...['aws', 'sso', 'login'],
      ...(profile === undefined ? [] : ['--profile', profile]),
    ]);
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError')
    return new RemediedError(
      'unconfigured',
      `no AWS credentials: ${text}`,
      'set profile or credentials of the source, or log in with the AWS CLI',
    );
  if (/region is missing/i.test(error.message))
    return new RemediedError(
      'unconfigured',
      'no AWS region is set',
      'set region of the source, or AWS_REGION',
    );
  // The SDK adds this to every error of its parsers.
  const [unparsed = '', isUnparsed] = error.message.split(
    /\s*Deserialization error: to see the raw response/,
  );
  if (isUnparsed !== undefined)
    return new WireError('malformed', `cannot parse the response: ${oneLine(unparsed, maxErrorLength)}`);
  return error;
};
