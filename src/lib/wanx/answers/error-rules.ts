import type { ErrorCode } from '#lib/base/errors.ts';

export interface ErrorRule {
  code: ErrorCode;
  retryable: boolean;
  advice: string;
  /**
   * For a submission: the service surely made no task. False for the 5xx answers that may come from a gateway in front
   * of a service that went on.
   */
  surelyNotCreated: boolean;
}

function rule(code: ErrorCode, advice: string, options: { retryable?: boolean; mayExist?: boolean } = {}): ErrorRule {
  return { code, advice, retryable: options.retryable ?? false, surelyNotCreated: !options.mayExist };
}

const MODEL_GONE = rule(
  'not-found',
  'The model does not exist in this region or the key has no access to it. Choose another model, or check the region.',
);
const WRONG_KEY = rule(
  'auth',
  'The key is wrong or deleted, or belongs to another region: key and base URL must be of the same region. Check DASHSCOPE_API_KEY and DASHSCOPE_HTTP_BASE_URL.',
);
const NO_RIGHT = rule(
  'auth',
  'The key or its workspace may not use this. Grant it in the Model Studio console, or use another key.',
);
const WRONG_REQUEST = rule('invalid-input', 'Correct the request: repeating it unchanged fails again.');
const REWORD = rule(
  'rejected',
  'The content filter refused it. Reword the prompt or change the input: the same one is refused again.',
);
const ACCOUNT_RULE = rule(
  'rejected',
  'A content rule of your own account blocked it. Reword it, or change the rule in the console.',
);
const BAD_MEDIA = rule(
  'invalid-input',
  'An input file is outside the limits of the model. Check its format, size, length and picture size.',
);
const UNREADABLE_URL = rule(
  'invalid-input',
  'The provider could not read a media URL. Check that it is public and complete, or give a local file to upload.',
);
const SLOW_URL = rule(
  'invalid-input',
  'The provider could not reach a media URL in time. Try again, or give a local file to upload.',
  { retryable: true },
);
const TOO_FAST = rule('rate-limited', 'Wait, then try again with fewer requests at once.', { retryable: true });
/** A count of things that the account keeps, such as voices: waiting does not make it smaller. */
const TOO_MANY = rule(
  'quota',
  'The account has reached a count limit. Delete what is no longer used in the console, then try again.',
);
const NO_MONEY = rule(
  'quota',
  'The account has no quota or credit for this. Check quota and billing in the Alibaba Cloud console, then try again.',
);
const SERVER_SIDE = rule('provider-failed', 'The fault is at the provider. Try again later.', {
  retryable: true,
  mayExist: true,
});
const NO_CAPACITY = rule('provider-failed', 'The provider has no capacity at the moment. Try again later.', {
  retryable: true,
});

/** By the error code page of Model Studio (mid 2026), in lower case with dots; the service also spells them in snake case. */
const RULES: Record<string, ErrorRule> = {
  invalidparameter: WRONG_REQUEST,
  'invalidparameter.filedownload': UNREADABLE_URL,
  'invalidparameter.datainspection': rule(
    'provider-failed',
    'The content filter could not read the media in time. Try again, or give a local file to upload.',
    { retryable: true },
  ),
  badrequest: WRONG_REQUEST,
  'badrequest.inputdownloadfailed': UNREADABLE_URL,
  arrearage: rule('quota', 'The account is in debt. Top it up, wait for the balance to settle, then try again.'),
  datainspectionfailed: REWORD,
  ipinfringementsuspect: rule(
    'rejected',
    'The prompt or image is suspected of infringing rights. Remove names and brands.',
  ),
  customroleblocked: ACCOUNT_RULE,
  faqruleblocked: ACCOUNT_RULE,
  invalidurl: UNREADABLE_URL,
  'invalidurl.connectionrefused': SLOW_URL,
  'invalidurl.timeout': SLOW_URL,
  'invalidfile.downloadfailed': UNREADABLE_URL,
  unsupportedoperation: rule(
    'invalid-input',
    'Only a task that is still PENDING can be cancelled. It continues, and is billed if it succeeds: wait for it.',
  ),
  invalidapikey: WRONG_KEY,
  'not authorized': rule(
    'auth',
    'The workspace id is wrong, or the key is not a member of it. Check the workspace and the base URL.',
  ),
  accessdenied: rule(
    'auth',
    'The key may not use this model in this way, or an upload credential has expired. Check the rights of the key, then try again.',
  ),
  'accessdenied.unpurchased': rule(
    'auth',
    'Model Studio is not activated for this account. Activate it in the console.',
  ),
  'model.accessdenied': NO_RIGHT,
  'workspace.accessdenied': NO_RIGHT,
  'app.accessdenied': NO_RIGHT,
  'bailiangateway.workspace': NO_RIGHT,
  'endpoint.accessdenied': rule('auth', 'The model may be retired. Choose a newer one.'),
  'allocationquota.freetieronly': rule(
    'quota',
    'The free quota is used up and the account is set to "free tier only". Switch that off in the console.',
  ),
  modelnotfound: MODEL_GONE,
  workspacenotfound: rule('config', 'Check the workspace id.'),
  notfound: rule('not-found', 'Check the base URL and the id.'),
  throttling: TOO_FAST,
  limitrequests: TOO_FAST,
  limitburstrate: TOO_FAST,
  insufficientquota: TOO_FAST,
  commoditynotpurchased: NO_MONEY,
  prepaidbilloverdue: NO_MONEY,
  postpaidbilloverdue: NO_MONEY,
  internalerror: SERVER_SIDE,
  'internalerror.upload': rule('provider-failed', 'The provider could not store the result. Generate it again.', {
    retryable: true,
    mayExist: true,
  }),
  'internalerror.fileupload': rule('provider-failed', 'The provider could not store the result. Generate it again.', {
    retryable: true,
    mayExist: true,
  }),
  'internalerror.timeout': rule('provider-failed', 'The provider gave up after 3 hours. Generate it again, once.', {
    retryable: true,
    mayExist: true,
  }),
  systemerror: SERVER_SIDE,
  modelservicefailed: SERVER_SIDE,
  rewritefailed: rule(
    'provider-failed',
    'The provider could not rewrite the prompt. Try again, or set promptExtend to false.',
    { retryable: true, mayExist: true },
  ),
  requesttimeout: SERVER_SIDE,
  modelservingerror: NO_CAPACITY,
  modelunavailable: NO_CAPACITY,
};

/** Whatever is wrong with a picture, a sound, a clip or the person in it: `InvalidFile.FacePose`, `InvalidImageFormat`, … */
const MEDIA_CODE = /^invalid(file|image|audio|video|person|human)/;

interface SpecialCase {
  code: RegExp;
  /** Messages get links and blanks appended, so only parts count. */
  message?: RegExp;
  httpStatus?: readonly (number | undefined)[];
  rule: ErrorRule;
}

/** Codes that mean something else with a certain message or HTTP status. */
const SPECIAL_CASES: readonly SpecialCase[] = [
  { code: /^invalidparameter$/, message: /model not exist/i, rule: MODEL_GONE },
  {
    code: /^invalidparameter$/,
    message: /url error/i,
    rule: rule('invalid-input', 'The model does not belong to this request path or base URL. Check both.'),
  },
  {
    code: /^invalidparameter$/,
    message:
      /^(?=.*download)(?=.*(fail|time-?d? ?out|unable|cannot|could not|error))|URL does not appear to be valid/is,
    rule: UNREADABLE_URL,
  },
  {
    code: /^accessdenied$/,
    message: /not support synchronous calls/i,
    rule: rule(
      'config',
      'The request arrived without its header X-DashScope-Async: a proxy or gateway removed it. Check the proxy and the base URL.',
    ),
  },
  {
    code: /^(throttling\.allocationquota|insufficientquota)$/,
    message: /free allocated quota exceeded/i,
    rule: rule('quota', 'The free quota is used up and paid use is not enabled. Enable it in the console.'),
  },
  { code: /^(throttling\.allocationquota|insufficientquota)$/, httpStatus: [400], rule: TOO_MANY },
  // Inside a task, where no status tells it from the one that is a rate.
  {
    code: /^throttling\.allocationquota$/,
    httpStatus: [undefined],
    message: /^(?!.*\b(rate|requests)\b)/is,
    rule: TOO_MANY,
  },
];

const BY_HTTP_STATUS: Record<number, ErrorRule> = {
  400: WRONG_REQUEST,
  401: WRONG_KEY,
  402: NO_MONEY,
  403: NO_RIGHT,
  404: rule('not-found', 'Check the base URL and the id.'),
  408: SERVER_SIDE,
  413: rule('invalid-input', 'The request is too large. Upload the media instead of sending it inline.'),
  429: TOO_FAST,
};

/** The rule for a provider's code at either level; falls back from `A.B.C` to `A.B` and `A`, then to the HTTP status. */
export function errorRule(problem: {
  code?: string | undefined;
  message?: string | undefined;
  httpStatus?: number | undefined;
}): ErrorRule {
  const code = (problem.code ?? '').trim().toLowerCase().replaceAll('_', '');
  const special = SPECIAL_CASES.find(
    (entry) =>
      entry.code.test(code) &&
      (entry.message?.test(problem.message ?? '') ?? true) &&
      (entry.httpStatus?.includes(problem.httpStatus) ?? true),
  );
  if (special) return special.rule;
  for (let prefix = code; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
    const found = Object.hasOwn(RULES, prefix) ? RULES[prefix] : undefined;
    if (found) return found;
  }
  return MEDIA_CODE.test(code) ? BAD_MEDIA : fallbackRule(problem.httpStatus);
}

function fallbackRule(httpStatus: number | undefined): ErrorRule {
  if (httpStatus === undefined) return rule('provider-failed', "Read the provider's message, then generate it again.");
  // An unknown error code with an HTTP success status: the outcome of the request is unknown.
  if (httpStatus < 300) return SERVER_SIDE;
  if (httpStatus >= 300 && httpStatus < 400) {
    return rule(
      'config',
      'The host sent a redirect, which is not followed because that would send the key to another host. Check DASHSCOPE_HTTP_BASE_URL.',
    );
  }
  if (httpStatus >= 500) return SERVER_SIDE;
  return BY_HTTP_STATUS[httpStatus] ?? WRONG_REQUEST;
}
