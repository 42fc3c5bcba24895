/**
 * Signs that a text gives orders to an agent, each with how much it says. Alone most of them are ordinary: documentation
 * speaks of system prompts, and of agents that must ask. A pattern looks a bounded way ahead from a word, so that reading
 * takes linear time. Orders in other languages than English: defectiveLanguages.ts.
 */

export type SignKind =
  /** What was said before is not to be followed. */
  | 'override'
  /** It speaks to a model or an agent. */
  | 'address'
  /** It says what one must do now. */
  | 'duty'
  | 'command'
  | 'danger'
  /** The developer is not to know, or not to be asked. */
  | 'secrecy'
  | 'exfiltration'
  /** Marks of a conversation's roles, or words that claim a system's authority. */
  | 'role'
  /** Somebody is said to have agreed. */
  | 'authority'
  | 'persona'
  | 'reveal'
  | 'urgency'
  /** Characters that nobody sees. */
  | 'hidden'
  /** It stands where a reader of the page doesn't look. */
  | 'covered'
  | 'encoded';

export interface SignPattern {
  readonly kind: SignKind;
  /** From 2 on it is enough by itself. */
  readonly weight: number;
  readonly pattern: RegExp;
  /** Lower case; one of them stands in what the pattern finds. Empty: it is too common to be looked for by itself. */
  readonly needs: readonly string[];
}

/** `needs`: parted by `|`. */
export function sign(kind: SignKind, weight: number, needs: string, pattern: string): SignPattern {
  return { kind, weight, needs: needs === '' ? [] : needs.split('|'), pattern: new RegExp(pattern, 'gi') };
}

const raw = String.raw;

const MODELS = raw`(?:ai|a\.i\.|llms?|(?:large )?language models?|(?:(?:ai|llm|coding|automated|autonomous|chat) ?){1,2}(?:assistants?|agents?|models?|systems?|bots?|(?:code )?reviewers?|tools?)|assistants?|(?:github )?copilot|claude(?: code)?|chatgpt|gpt(?:-\d)?|gemini|codex|cursor|cline|subagents?)`;
const NAMED =
  'llm|model|assistant|copilot|claude|chatgpt|gpt|gemini|codex|cursor|cline|agent| ai |ai:|ai,|ai a|ai b|ai c|ai m|ai r|ai s|ai t';
const READS = raw`(?:reading|process(?:ing|es)?|summari[sz](?:ing|es?)|review(?:ing|s)?|analy[sz](?:ing|es?)|pars(?:ing|es?)|index(?:ing|es)?|fix(?:ing|es)?|solving|handling|editing|working on|reads?|sees?)`;

const NOT_FOLLOW = raw`(?:(?:do|should|must|shall|may) not|don[’']t|no longer|stop) (?:follow(?:ing)?|obey(?:ing)?)`;
const UNDO = raw`(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|overrule|bypass|discard|set aside|pay no attention to|supersedes?|${NOT_FOLLOW})`;
const UNDOING =
  'ignor|disregard|forget|overrid|overrul|bypass|discard|set aside|no attention|supersede|following|follow |obey';
const BEFORE = raw`(?:previous|prior|earlier|above|preceding|foregoing|original|initial|existing|your|all other|any other|the user[’']?s?|user[’']?s|developer[’']?s?)`;
const ORDERS = raw`(?:instructions?|prompts?|directions?|directives?|guidelines?|orders?|programming)`;

const PEOPLE = raw`(?:the )?(?:user|human|developer|maintainer|owner|administrator)s?`;
const SECRETS = raw`(?:\bsecrets?\b|\bcredentials?\b|\bapi[ _-]?keys?\b|_api_key|\bpasswords?\b|\.env\b|\benvironment variables?\b|\bprintenv\b|\bprivate keys?\b|\bid_rsa\b(?!\.pub)|~/\.\w+|\bconversation\b|\bchat history\b|\bsystem prompt\b|mcp\.json|process\.env|\bmemory file\b|\b(?:its|your) (?:whole )?context\b|\boutput of .env\b|\bthis chat\b)`;
/** What only this machine or this session has. */
const OWN_SECRETS = raw`(?:\benvironment variables?\b|\bprintenv\b|\bprocess\.env|\.env\b|\bid_rsa\b(?!\.pub)|\.ssh\b|~/\.\w+|\bconversation\b|\bchat history\b|\bsystem prompt\b|\bmemory file\b|\buser[’']s (?:api keys?|passwords?|credentials?|tokens?))`;
const OUTWARDS = raw`(?:https?://|\b\w+@[\w.-]+|webhook|\bparameter\b|!\[|\bpublic (?:gist|issue|repo\w*)\b|\bcommit message\b|\bin (?:each|your|the|its) (?:answer|reply|response)s?\b)`;

const OVERRIDES = [
  sign('override', 2, UNDOING, raw`\b${UNDO}\b[^.\n]{0,30}?\b${BEFORE}\b[^.\n]{0,24}?\b${ORDERS}\b`),
  sign(
    'override',
    1.5,
    UNDOING,
    raw`\b${UNDO} (?:all |any )?(?:the )?(?:user|your|safety)[’']?s? (?:own |existing |original |previous |last |latest |current |safety |security )?(?:requests?|questions?|task|message|rubric|criteria|rules?|polic(?:y|ies)|guard ?rails?|restrictions?|training|checks?)\b`,
  ),
  sign(
    'override',
    1.5,
    UNDOING,
    raw`\b${UNDO} (?:the |any |all |every )?(?:contrary )?(?:tasks?|requests?|questions?|instructions?) (?:(?:that |which )?you (?:were|have been) given|(?:from|of|by) the user)\b`,
  ),
  sign(
    'override',
    1.5,
    UNDOING,
    raw`\b${UNDO} (?:the |your |all )?(?:original|previous|current) (?:task|request|goal|objective)\b|\b${UNDO} (?:all |any )?(?:of )?(?:the )?${ORDERS} (?:given|issued|received|stated|that were)?[^.\n]{0,16}\b(?:earlier|above|before|previously|so far)\b|\b(?:disregard|ignore) (?:everything|all|anything)\b[^.\n]{0,24}\b(?:told|context|learned|instructed)\b`,
  ),
  sign(
    'override',
    1.5,
    'longer appl',
    raw`\b(?:instructions|rules|guidelines|polic(?:y|ies)|restrictions)\b (?:do )?no(?:t)? longer apply\b`,
  ),
  sign('override', 1.5, 'system prompt', raw`\b(?:ignor(?:e|ing)|disregard|forget)\b[^.\n]{0,24}\bsystem prompt\b`),
  sign(
    'override',
    2,
    'forget',
    raw`\bforget (?:everything|all|anything)\b[^.\n]{0,30}\b(?:told|above|before|previous|learned|instruct\w*)\b`,
  ),
  sign(
    'override',
    1.5,
    'new instructions|new orders|new directives|ur actual|ur real|ur true|actual instr|real instr',
    raw`\bnew (?:instructions|orders|directives?) ?(?:from\b|:)|\byour (?:actual|real|true) (?:instructions?|task|goal|orders)\b|\bthe (?:actual|real) instructions\b`,
  ),
  sign('override', 1, 'everything above', raw`\beverything above(?: this line)? (?:was|is|can)\b`),
  sign(
    'override',
    1,
    'outdated|obsolete|void|cancelled|canceled|revoked|no longer|supersede|suspended',
    raw`\b(?:instructions|rules|guidelines|prompt|polic(?:y|ies)|restrictions)\b[^.\n]{0,24}\b(?:are|is) (?:now )?(?:outdated|obsolete|void|cancell?ed|revoked|no longer (?:valid|in force)|superseded|suspended)\b`,
  ),
  sign(
    'override',
    1,
    'follow |obey |execute |do as|do exactly',
    raw`\b(?:follow|obey|execute) (?:only )?(?:these|the following|the new|my)(?: new)?(?: instructions| steps| orders| rules)? instead\b|\bobey (?:only|me)\b|\bdo as (?:this (?:document|page|file|text)|i) says?\b|\bdo exactly (?:what|as) it says\b`,
  ),
  sign(
    'override',
    1,
    'stop what|stop your|stop review|stop summ|stop work|instead of',
    raw`\bstop (?:what you are doing|your current task|reviewing|summari[sz]ing|working on)\b|\binstead of (?:the user[’']s|your) (?:request|task|instructions)\b`,
  ),
];

const ADDRESSES = [
  sign(
    'address',
    1.5,
    NAMED,
    raw`\b(?:if|when|since) you(?:[’']re| are) (?:an? |the |any )?${MODELS}\b|\byou, (?:an? |the )${MODELS}\b`,
  ),
  sign(
    'address',
    1.5,
    NAMED,
    raw`\b(?:(?:dear|hey|attention)(?: to| of)?|(?:warning|notices?|notes?|messages?) (?:to|for)):?,? (?:all |any |the |every |an? |other )?(?:visiting |reading )?${MODELS}\b`,
  ),
  sign(
    'address',
    1,
    NAMED,
    raw`\b(?:hello|hi|instructions? (?:to|for)|hints? (?:to|for)):?,? (?:all |any |the |every |an? )?${MODELS}\b`,
  ),
  sign(
    'address',
    1.5,
    NAMED,
    raw`\b(?:to|for) (?:all |any |every |the )?(?:${MODELS}|agents?|models?|bots?) (?:that |who |which )?${READS} (?:this|the|these|it)\b`,
  ),
  sign(
    'address',
    1.5,
    NAMED,
    raw`\b${MODELS},? (?:${READS} (?:this|the|these|a)|when (?:you|${READS})|(?:that|who|which) ${READS})\b`,
  ),
  sign(
    'address',
    1.5,
    NAMED,
    raw`(?:^|[\n>*#/;"(-] ?|<!-- ?|[.!] )${MODELS} ?[:,] (?:please|you|ignore|disregard|do|run|call|add|send|when|stop|skip|approve|after|before|if|always|also|never|e-?mail|write|include|recommend|say|fetch|open|insert|delete|answer|output|the (?:user|human)|must)\b`,
  ),
  sign(
    'duty',
    1,
    NAMED,
    raw`\b(?:${MODELS}|agents?|models?) (?:must|shall|should|has to|have to|(?:is|are) (?:now )?(?:required|obliged|instructed|ordered) to|needs? to|will now)\b|\b${MODELS},? ${READS} [^.\n]{0,30}?\b(?:must|shall|should|have to|has to)\b`,
  ),
  sign(
    'duty',
    1,
    'you must|you shall|you will|you should|you have to|you are req|you need',
    raw`\byou (?:must|shall|will|should|have to|are required to|need to) (?:now|first|also|immediately|instead|always first) ?[a-z]`,
  ),
  sign(
    'duty',
    1,
    'r new |e new ',
    raw`\b(?:your|the) new (?:task|goal|role|objective|job|mission|instructions?|persona)\b`,
  ),
];

const DEEDS = [
  sign(
    'command',
    0.5,
    '',
    raw`\b(?:execute|run|call|invoke|use)\b[^.\n]{0,30}\b(?:commands?|shell|bash|terminal|scripts?|tools?|steps)\b|\b(?:execute|run) (?:the |this )?(?:[^\w\s]{0,3}[a-z.]+[/.])|\brun every command|\byou (?:must|have to) (?!not)`,
  ),
  sign(
    'command',
    0.5,
    '',
    raw`\b(?:delete|remove|erase|wipe|write|skip|transfer|insert|drop|close|merge|approve|deploy|grant|push|commit|install|replace|add|disable|read|click|tag|publish) (?:every|all|the|this|it|them|my|its|~|user|.?[\w-]+\b)`,
  ),
  sign(
    'danger',
    1,
    'curl|wget|iwr|rm -rf|git push|no-verify|authorized_keys|id_rsa|/etc/shadow|/etc/passwd|terraform destroy|auto-approve|deploy key|remote set-url|admin rights|admin access|.aws/|.ssh|chmod -r|dd if=|sudoers|.bashrc|.npmrc|~/.|drop database|drop the|.pem',
    raw`\b(?:curl|wget|iwr)\b[^\n|]{0,100}\| ?(?:sudo )?(?:ba|z)?sh\b|\brm -rf\b|\bgit push (?:-f|--force)|--no-verify\b|\bauthorized_keys\b|\bid_rsa\b(?!\.pub)|/etc/(?:shadow|passwd)\b|\bterraform destroy\b|-auto-approve\b|\bdeploy keys?\b|\bgit remote set-url\b|\badmin (?:rights|access)\b|\.aws/credentials|\.ssh\b|\bchmod -r 777|\bdd if=|\bsudoers\b|\.bashrc\b|\.npmrc\b|~/\.(?:kube|docker|netrc|gnupg|aws)\b|\bdrop (?:the (?:production )?)?database\b|\.pem\b`,
  ),
  sign(
    'danger',
    1,
    'turn off|disable |mark all tests|approve |report that|confirmation|comply with|force-push|lgtm',
    raw`\b(?:turn off|disable) (?:all )?(?:the )?(?:confirmations?|approvals?|authentication|safety|branch protection)|\bmark all tests as\b|\breport that they (?:pass|are)\b|\bapprove (?:this|the) (?:pull request|pr|change)|\bapprove (?:it )?without\b|\bwithout (?:any )?confirmation\b|\bcomply with every\b|\bforce-push\b|['"]lgtm['"]`,
  ),
  sign(
    'exfiltration',
    1,
    'secret|credential|api key|api-key|api_key|password|.env|environment variable|printenv|private key|id_rsa|.ssh|conversation|chat history|system prompt|mcp.json|~/.|memory file|ts context|ur context|output of',
    raw`\b(?:send|sends|post|upload|exfiltrate|forward|e-?mail|leak|transmit|append|submit|encode|copy|collect|gather|put|write|pass|include|containing|scp|summari[sz]e)\b[^\n]{0,70}${SECRETS}[^\n]{0,100}${OUTWARDS}`,
  ),
  sign(
    'exfiltration',
    1.5,
    "environment variable|printenv|.env|id_rsa|.ssh|~/.|conversation|chat history|system prompt|memory file|user’s|user's",
    raw`\b(?:send|sends|post|upload|exfiltrate|forward|e-?mail|leak|transmit|append|collect|gather|scp)\b[^\n]{0,50}${OWN_SECRETS}[^\n]{0,60}(?:https?://(?!localhost|127)|\b\w+@[\w.-]+|\bpublic (?:gist|issue)\b)`,
  ),
  sign(
    'exfiltration',
    1,
    'key}|token}|secret}|key>|history]|history}|env}|conversation}|exfiltrate|base64|webhook.site|s contents of|e contents of|r contents of|t contents of|?q=|?d=|?data=|?s=',
    raw`\bexfiltrate\b|\bdata=?BASE64|https?://[^\s"]{0,80}[{<[](?:[a-z]+[_ ])*(?:key|token|secret|history|conversation|env)[}>\]]|\b(?:print|output|show|cat) (?:the )?contents? of ~?/?[\w/]{0,40}\.(?:env|aws|ssh)|https?://webhook\.site\b|\?(?:q|d|data|s)=(?:BASE64|\{|<|.? )`,
  ),
];

const SECRECY = [
  sign(
    'secrecy',
    1,
    'tell|mention|inform|notify|alert|warn|disclos|reveal|be told|not know|not notice|not see|keep this',
    raw`\b(?:not|don[’']t|never|without|won[’']t|no need to)\b[^.\n]{0,14}\b(?:tell(?:ing)?|mention(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|warn(?:ing)?|disclos(?:e|ing)|reveal(?:ing)?)\b[^.\n]{0,12}\b(?:the user|users?|the human|the developer|anyone|anybody|them|it|this|the change)\b|\b${PEOPLE} (?:must|should|may|shall) not (?:be (?:informed|told)|know|notice|see)\b|\bkeep this (?:a )?secret\b|\bnever (?:mention|reveal|disclose)\b`,
  ),
  sign(
    'secrecy',
    1,
    'asking|ask the|ask for|ask user|ask first|ask perm|first ask|ask a',
    raw`\b(?:not|don[’']t|without|no need to|never) ?(?:first )?ask(?:ing)?\b[^.\n]{0,10}\b(?:user|human|developer|confirmation|permission|anyone|first)\b|\b(?:them|it|this) without asking\b|, without asking\b`,
  ),
  sign(
    'secrecy',
    1,
    'not include|t include|never include|your summary|your report|continue as|silently|secretly',
    raw`\b(?:do not|don[’']t|never) include\b[^.\n]{0,20}\b(?:summary|report|reply|answer)\b|\bin your (?:summary|report)\b|\bcontinue as (?:normal|usual|if)\b|\b(?:silently|secretly) (?:add|run|execute|install|insert|send|change|upload|delete)\b`,
  ),
];

const CLAIMS = [
  sign(
    'role',
    1,
    'im_start|[inst]|<<sys|<system|</system|</tool|</function|</document|</context|</untrusted|<important>|[system|[/system|[admin|# system',
    raw`<\|im_start\|>\s?system|\[INST\]|<<SYS>>|</?system(?:[ _-](?:prompt|message|override|instructions?))?>|<important>|\[/?(?:system|admin)(?: (?:override|message|prompt|note))?\]|(?:^|\n)#{2,4} ?system ?(?:prompt|message)?:`,
  ),
  sign(
    'role',
    1.5,
    '</tool|</function|</document|</context|</untrusted|</output|</file',
    raw`</(?:tool_result|function_results?|tool_output|output|document|context|file|untrusted\w*)>\s*<(?:system|assistant|user|human|instructions?)\b`,
  ),
  sign('role', 1, 'human:|user:|human :|user :', raw`(?:^|\n)(?:human|user) ?:[^\n]{2,200}\n+(?:assistant|ai) ?:`),
  sign(
    'role',
    1,
    'override|notice|directive|alert|instruction|system message|system: |system :',
    raw`\b(?:system|admin|administrator|security|anthropic|openai|developer|github|copilot|safety)(?: security| system)? (?:override|notice|directive|alert|instruction|command)s?\b|\bsystem (?:message|note) ?:|(?:^|[\n*/"] ?)system ?: (?:the|you|all|ignore)`,
  ),
  sign(
    'authority',
    1,
    've approved|as approved|approved by|author|already|consented|agreed|permission|required by|requested by|you have full|you have root|you have unl',
    raw`\b${PEOPLE} (?:has|have) (?:already )?(?:approved|authori[sz]ed|consented|agreed|pre-?approved|given (?:you )?permission)\b|\b(?:required|requested|authori[sz]ed|approved) by (?:the|your) (?:user|human|maintainers?|developers?|owner|administrators?|security team)\b|\byou have (?:full|root|unlimited) (?:permission|access)|\b(?:the (?:user|human|developer|owner)) (?:asked|wants) (?:me to tell you|you to)\b`,
  ),
  sign(
    'persona',
    1,
    'you are now|from now on|you are dan|you are root',
    raw`\byou are now (?:in (?!the|a )|an? |the |dan\b|root|free|called|operating|acting|under)|\bfrom now on,? you (?:will|must|are|shall)\b|\byou are (?:dan|root-\w+)\b`,
  ),
  sign(
    'persona',
    1.5,
    ' mode|you are dan',
    raw`\benter (?:developer|maintenance|god|admin|jailbreak|debug) mode\b|\b(?:developer|maintenance|god|admin|jailbreak) mode\b[^\n]{0,60}\byou\b|\byou are dan\b`,
  ),
  sign(
    'persona',
    1.5,
    'restrictions|do anything now|without refusing|ai without|model without',
    raw`\bno (?:more )?restrictions (?:anymore|any more|apply)|\bhave no restrictions\b|\bdo anything now\b|\bwithout refusing\b|\bai (?:model )?without (?:any )?(?:rules|limits|restrictions|filters)\b`,
  ),
  sign(
    'persona',
    1,
    'safety|security|ethical',
    raw`\b(?:safety|security) (?:checks?|guidelines|filters?|rules)(?: are| is)? (?:now )?(?:disabled|off|suspended|lifted)\b|\bignores? (?:its|your|all|any) (?:safety|ethical)\b`,
  ),
  sign(
    'reveal',
    1,
    'word for word|it verbatim|it in full|system prompt|instructions|developer message|r prompt|l prompt|n prompt',
    raw`\b(?:reveal|print|repeat|output) it (?:word for word|verbatim|in full)\b|\b(?:print|output|reveal|repeat|leak|disclose|write out)\b[^.\n]{0,30}\b(?:system prompt|your (?:initial |original |hidden )?(?:instructions|prompt)|developer message)\b`,
  ),
  sign(
    'urgency',
    0.5,
    '',
    raw`\bbefore (?:you )?(?:answer(?:ing)?|respond(?:ing)?|using any other|each call|writing any|doing anything|any other (?:tool|action)|continu(?:e|ing)|proceed(?:ing)?|reading on)\b|\b(?:otherwise|or) the tool will (?:not work|fail)\b|\bafter reading this\b|\bexactly as written\b|\bverbatim\b|\bwhen you see this\b|\bdo this (?:now|immediately)\b|\bright away\b|\bkindly\b`,
  ),
  sign(
    'encoded',
    1,
    'decode|base64|are encoded',
    raw`\b(?:decode|base64)\b[^.\n]{0,60}\b(?:execute|run|follow|obey|do what)\b|\binstructions are encoded\b|\bdecode (?:them|it|this) and\b`,
  ),
];

export const ENGLISH_SIGNS: readonly SignPattern[] = [...OVERRIDES, ...ADDRESSES, ...DEEDS, ...SECRECY, ...CLAIMS];
