import * as z from 'zod/mini';
import type { EndpointFault } from '../endpointError.ts';
import { isJsonObject } from './json.ts';
import type { WireFault } from './reply.ts';

const scalar = z.nullish(z.union([z.string(), z.number()]));
/** The shapes seen: `{error: {…}}`, `{error: "…"}`, `{message, type, code}`, `{detail: "…"}`, `{type: "error", error: {…}}`. */
const errorSchema = z.object({ message: z.nullish(z.string()), type: scalar, code: scalar });

interface VendorError {
  readonly status: number | undefined;
  readonly type: string;
  readonly code: string;
  readonly message: string;
}

/**
 * What a vendor's error body (or an error inside its stream) means. `status` is the HTTP status, undefined inside a
 * stream. Total: whatever the body is, there is a fault.
 */
export function readVendorError(body: unknown, status: number | undefined): WireFault {
  const error = toVendorError(body, status);
  return {
    kind: 'fault',
    fault: faultOf(error),
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.message === '' ? {} : { vendorMessage: error.message }),
    ...(isExhausted(error) ? { exhausted: true } : {}),
  };
}

function toVendorError(body: unknown, status: number | undefined): VendorError {
  const outer = isJsonObject(body) ? body : {};
  const inner = outer.error ?? outer;
  const text = [body, inner, outer.detail, outer.message].find((value) => typeof value === 'string');
  const parsed = errorSchema.safeParse(inner);
  const { message, type, code } = parsed.success ? parsed.data : {};
  const codeNumber = Number(code);
  const inBody = Number.isInteger(codeNumber) && codeNumber >= 400 && codeNumber < 600 ? codeNumber : undefined;
  return {
    status: status !== undefined && status >= 400 ? status : inBody,
    type: String(type ?? ''),
    code: String(code ?? ''),
    message: message ?? (typeof text === 'string' ? text : ''),
  };
}

const TOO_LONG =
  /context.{0,20}(length|size|window)|maximum context|prompt is too long|input is too long|too many (input )?tokens|max_model_len|exceeds? .{0,30}context/i;
const NO_MODEL =
  /model\b.{0,200}\b(not found|does(n't| not) exist|not exist|unknown|no longer|decommissioned)|^model: /is;
const NO_CREDIT = /insufficient (credit|balance|quota|fund)|credit balance is too low|exceeded your current quota/i;
const OVERLOADED = /overloaded|server busy|too many requests|rate.?limit/i;

function isExhausted({ status, code, type, message }: VendorError): boolean {
  return status === 402 || code === 'insufficient_quota' || type === 'insufficient_quota' || NO_CREDIT.test(message);
}

function faultOf(error: VendorError): EndpointFault {
  const { status, type, code, message } = error;
  const kind = `${type} ${code}`;
  if (isExhausted(error)) return 'quota';
  if (/context_length_exceeded|exceed_context_size|request_too_large/.test(kind) || status === 413) return 'tooLong';
  if (/authentication_error|invalid_api_key/.test(kind) || status === 401) return 'unauthorized';
  if (/permission_error/.test(kind)) return 'unauthorized';
  if (status === 403) return /moderat|flagged|policy/i.test(message) ? 'refused' : 'unauthorized';
  if (/overloaded_error|rate_limit/.test(kind) || status === 429 || status === 529) return 'quota';
  if (/model_not_found/.test(kind)) return 'unknownModel';
  const clientError = status === undefined || status < 500;
  if (clientError && TOO_LONG.test(message)) return 'tooLong';
  if (clientError && NO_MODEL.test(message)) return 'unknownModel';
  if (clientError && /api.?key.{0,30}(invalid|not valid|incorrect|missing)/i.test(message)) return 'unauthorized';
  if (status === 408) return 'timeout';
  if (status === 503 || status === undefined) return OVERLOADED.test(message) ? 'quota' : 'serverError';
  return status >= 500 ? 'serverError' : 'refused';
}
