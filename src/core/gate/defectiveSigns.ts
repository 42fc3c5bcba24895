/**
 * Signs that a text gives orders to an agent, each with how much it says. Alone most of them are ordinary: documentation
 * speaks of system prompts, and of agents that must ask. Every pattern begins with a word and looks a bounded way ahead.
 */

export type SignKind =
  | 'override'
  | 'address'
  | 'duty'
  | 'command'
  | 'danger'
  | 'secrecy'
  | 'exfiltration'
  | 'role'
  | 'authority'
  | 'persona'
  | 'reveal'
  | 'urgency'
  | 'hidden'
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

const MODELS =
  '(?:ai|a\\.i\\.|llms?|language models?|large language models?|(?:ai|llm|coding|automated|autonomous|chat) ?(?:assistants?|agents?|models?|systems?|bots?|code reviewers?|reviewers?|tools?)|assistants?|copilot|claude(?: code)?|chatgpt|gpt(?:-\\d)?|gemini|codex|cursor|cline|subagents?)';
const ORDERS =
  '(?:instructions?|prompts?|directions?|directives?|guidelines?|orders?|commands? (?:above|you)|programming)';
const BEFORE =
  "(?:previous|prior|earlier|above|preceding|foregoing|original|initial|existing|your|all other|any other|the user[’']?s?|user[’']?s|developer[’']?s?)";
const UNDO =
  "(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|overrule|bypass|discard|set aside|stop following|do not (?:follow|obey)|don[’']t (?:follow|obey)|pay no attention to|supersedes?)";

const UNDOING =
  'ignor|disregard|forget|overrid|overrul|bypass|discard|set aside|stop following|not follow|t follow|obey|no attention|supersede';
const NAMED =
  'llm|language model|assistant|copilot|claude|chatgpt|gpt|gemini|codex|cursor|cline|agent| ai |ai:|ai,|ai model|ai system|ai code|ai tool|ai bot|ai-';

export const SIGNS: readonly SignPattern[] = [
  sign('override', 2, UNDOING, `\\b${UNDO}\\b[^.\\n]{0,30}?\\b${BEFORE}\\b[^.\\n]{0,24}?\\b${ORDERS}\\b`),
  sign(
    'override',
    1.5,
    UNDOING,
    `\\b${UNDO} (?:all |any )?(?:the )?(?:user|your|safety)[’']?s? (?:request|question|task|message|rules?|polic(?:y|ies)|guard ?rails?|restrictions?|training|checks?)\\b`,
  ),
  sign(
    'override',
    2,
    'forget',
    '\\bforget (?:everything|all|anything)\\b[^.\\n]{0,30}\\b(?:told|above|before|previous|learned|instruct\\w*)\\b',
  ),
  sign(
    'override',
    1,
    'outdated|obsolete|void|cancel|revoked|no longer|supersede|suspended',
    '\\b(?:instructions|rules|guidelines|prompt)\\b[^.\\n]{0,24}\\b(?:are|is) (?:now )?(?:outdated|obsolete|void|cancelled|canceled|revoked|no longer (?:valid|in force)|superseded|suspended)\\b',
  ),
  sign(
    'override',
    1,
    'system prompt|obey|new instructions|new orders|new directive| instead',
    '\\b(?:follow|obey|execute) (?:only )?(?:these|the following|the new|my)(?: new)?(?: instructions| steps| orders| rules)? instead\\b|\\bobey only\\b|\\b(?:ignor(?:e|ing)|disregard|override|forget)\\b[^.\\n]{0,20}\\bsystem prompt\\b|\\bnew (?:instructions|orders|directives?)\\b(?: from|:| follow)',
  ),
  sign(
    'override',
    1,
    'stop what|stop your|instead of',
    "\\bstop (?:what you are doing|your current task)\\b|\\binstead of (?:the user[’']s|your) (?:request|task|instructions)\\b",
  ),

  sign('address', 1, NAMED, `\\b(?:if|when|since) you(?:[’']re| are) (?:an? |the |any )?${MODELS}\\b`),
  sign(
    'address',
    1,
    NAMED,
    `\\b(?:dear|hey|hello|hi|attention|warning|notice|note|message|notes?|instructions?|hint)(?: (?:to|for|of))?:?,? (?:all |any |the |every |an? |other )?(?:visiting |reading )?${MODELS}\\b`,
  ),
  sign(
    'address',
    1,
    NAMED,
    `\\bto (?:all |any |every |the )?${MODELS}s? (?:models? )?(?:reading|processing|summari[sz]ing|reviewing|parsing|that reads?|who reads?)\\b`,
  ),
  sign(
    'address',
    1,
    NAMED,
    `\\b${MODELS},? (?:reading|processing|summari[sz]ing|reviewing|analy[sz]ing|indexing|when (?:you|reading|summari[sz]ing|processing)|that (?:reads?|process(?:es)?))\\b`,
  ),
  sign(
    'address',
    1,
    NAMED,
    `(?:^|[\\n>*#/;-] ?|<!-- ?)${MODELS} ?[:,] ?(?:please|you|ignore|do|run|call|add|send|when|stop|approve|the|must)`,
  ),

  sign(
    'duty',
    1,
    NAMED,
    `\\b${MODELS} (?:must|shall|should|has to|have to|is (?:now )?(?:required|obliged|instructed|ordered) to|are (?:now )?(?:required|obliged|instructed|ordered) to|needs? to|will now)\\b`,
  ),
  sign(
    'duty',
    1,
    'you must|you shall|you will|you should|you have to|you are req|you need',
    '\\byou (?:must|shall|will|should|have to|are required to|need to) (?:now|first|also|immediately|instead|always first) ?[a-z]',
  ),
  sign(
    'duty',
    1,
    'r new |e new ',
    '\\b(?:your|the) new (?:task|goal|role|objective|job|mission|instructions?|persona)\\b',
  ),

  sign(
    'command',
    0.5,
    '',
    '\\b(?:execute|run|call|invoke|use)\\b[^.\\n]{0,30}\\b(?:commands?|shell|bash|terminal|scripts?|tools?|steps)\\b|\\b(?:execute|run) (?:the |this )?(?:`|[a-z]+[/.])',
  ),
  sign(
    'command',
    0.5,
    '',
    '\\b(?:delete|remove|erase|wipe|close|merge|approve|deploy|grant|push|commit|install|replace|add|disable|read) (?:every|all|the|this|it|them|my|its|~|user|`)',
  ),
  sign(
    'danger',
    1,
    'curl|wget|iwr|rm -rf|git push|no-verify|authorized_keys|id_rsa|/etc/shadow|terraform destroy|auto-approve|deploy key|remote set-url|admin rights|admin access|.aws/|.ssh',
    '\\b(?:curl|wget|iwr)\\b[^\\n|]{0,100}\\| ?(?:sudo )?(?:ba|z)?sh\\b|\\brm -rf\\b|\\bgit push (?:-f|--force)|--no-verify\\b|\\bauthorized_keys\\b|\\bid_rsa\\b|/etc/shadow\\b|\\bterraform destroy\\b|-auto-approve\\b|\\bdeploy keys?\\b|\\bgit remote set-url\\b|\\badmin (?:rights|access)\\b|\\bpostinstall\\b|\\.aws/credentials|\\.ssh\\b',
  ),
  sign(
    'danger',
    1,
    'mark all tests|approve |confirmation|comply with',
    '\\bmark all tests as\\b|\\bapprove (?:this|the) (?:pull request|pr|change)|\\bapprove without\\b|\\bwithout (?:any )?confirmation\\b|\\bcomply with every\\b',
  ),

  sign(
    'secrecy',
    1,
    'tell|mention|inform|notify|alert|warn|disclos|reveal',
    "\\b(?:do not|don[’']t|never|must not|without|will not|won[’']t|no need to|not to)\\b[^.\\n]{0,14}\\b(?:tell(?:ing)?|mention(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|warn(?:ing)?|disclos(?:e|ing)|reveal(?:ing)?)\\b[^.\\n]{0,12}\\b(?:the user|users?|the human|the developer|anyone|anybody|them|it|this)\\b",
  ),
  sign(
    'secrecy',
    1,
    'ask the|asking|ask for|ask a|ask first|ask perm|first ask',
    "\\b(?:do not|don[’']t|must not|without|no need to|never)\\b ?(?:first )?(?:ask(?:ing)?)\\b[^.\\n]{0,10}\\b(?:user|human|developer|confirmation|permission|anyone|first)\\b|\\bexecute them without asking\\b",
  ),
  sign(
    'secrecy',
    1,
    'not include|t include|never include|your summary|continue as|silently',
    "\\b(?:do not|don[’']t|never) include\\b[^.\\n]{0,20}\\b(?:summary|report|reply|answer)\\b|\\bin your summary\\b|\\bcontinue as (?:normal|usual|if)\\b|\\bsilently (?:add|run|execute|install|send|change|upload|delete)\\b",
  ),

  sign(
    'exfiltration',
    1,
    'secret|credential|api key|api-key|api_key|password|.env|environment variable|printenv|process.env|private key|id_rsa|.ssh|conversation|chat history|system prompt|mcp.json',
    '\\b(?:send|post|upload|exfiltrate|forward|e-?mail|leak|transmit|append|submit|encode|copy|collect|pass|include|scp)\\b[^\\n]{0,70}(?:\\bsecrets?\\b|\\bcredentials?\\b|\\bapi[ _-]?keys?\\b|_api_key|\\bpasswords?\\b|\\.env\\b|\\benvironment variables?\\b|\\bprintenv\\b|\\bprivate keys?\\b|\\bid_rsa\\b|\\.ssh\\b|\\bconversation\\b|\\bchat history\\b|\\bsystem prompt\\b|mcp\\.json|process\\.env)[^\\n]{0,100}(?:https?://|\\b\\w+@[\\w.-]+|webhook|parameter\\b|!\\[)',
  ),
  sign(
    'exfiltration',
    1,
    'exfiltrate|base64|contents of|content of|webhook.site|?q=|?d=|?data=',
    '\\bexfiltrate\\b|\\bdata=?BASE64|\\b(?:print|output|show|cat) (?:the )?contents? of ~?/?[\\w/]*\\.(?:env|aws|ssh)|https?://webhook\\.site\\b|\\?(?:q|d|data)=(?:BASE64|\\{|<|`| )',
  ),

  sign(
    'role',
    1,
    'im_start|[inst]|<<sys|<system|</system|</tool|</function|</document|</context|</untrusted|<important>|[system|[admin|# system|##system',
    '<\\|im_start\\|> ?system|\\[INST\\]|<<SYS>>|</?system(?:[ _-](?:prompt|message|override|instructions?))?>|</(?:tool_result|function_results?|tool_output|document|context|untrusted\\w*)>|<important>|\\[(?:system|admin)(?: (?:override|message|prompt|note))?\\]|(?:^|\\n)#{2,4} ?system ?(?:prompt|message)?:',
  ),
  sign(
    'role',
    1,
    'human:|user:|human :|user :',
    '\\n(?:human|user) ?:[^\\n]{2,200}\\n+(?:assistant|ai) ?:|^(?:human|user) ?:[^\\n]{2,200}\\n+(?:assistant|ai) ?:',
  ),
  sign(
    'role',
    1,
    'override|notice|directive|alert|instruction|system message|system: |system :',
    '\\b(?:system|admin|administrator|security|anthropic|openai|developer|github|safety)(?: security)? (?:override|notice|directive|alert|instruction|command)s?\\b|\\bsystem message ?:|(?:^|[\\n*/"] ?)system ?: (?:the|you|all|ignore)',
  ),

  sign(
    'authority',
    1,
    'has approved|has author|have author|have approved|already|has consented|has agreed|permission|required by|requested by|authorized by|authorised by|approved by|you have full|you have root|you have unl',
    '\\b(?:the )?(?:user|human|developer|maintainers?|owner|administrator)s? (?:has|have) (?:already )?(?:approved|authori[sz]ed|consented|agreed|pre-?approved|given (?:you )?permission)\\b|\\b(?:required|requested|authori[sz]ed|approved) by (?:the|your) (?:user|human|maintainers?|developers?|owner|administrators?|security team)\\b|\\byou have (?:full|root|unlimited) (?:permission|access)',
  ),

  sign(
    'persona',
    1,
    'you are now|from now on|you are dan|you are root',
    '\\byou are now (?:in (?!the|a )|an? |the |dan\\b|root|free|called|operating|acting|under)|\\bfrom now on,? you (?:will|must|are|shall)\\b|\\byou are (?:dan|root-\\w+)\\b',
  ),
  sign(
    'persona',
    1.5,
    ' mode|you are dan',
    '\\benter (?:developer|maintenance|god|admin|jailbreak|debug) mode\\b|\\b(?:developer|maintenance|god|admin|jailbreak) mode\\b[^\\n]{0,60}\\byou\\b|\\byou are dan\\b',
  ),
  sign(
    'persona',
    1.5,
    'restrictions|do anything now|without refusing',
    '\\bno (?:more )?restrictions (?:anymore|any more|apply)|\\bhave no restrictions\\b|\\bdo anything now\\b|\\bwithout refusing\\b',
  ),
  sign(
    'persona',
    1,
    'safety|security|ethical',
    '\\b(?:safety|security) (?:checks?|guidelines|filters?|rules)(?: are| is)? (?:now )?(?:disabled|off|suspended|lifted)\\b|\\bignores? (?:its|your|all|any) (?:safety|ethical)\\b',
  ),

  sign(
    'reveal',
    1,
    'system prompt|instructions|developer message|r prompt|l prompt|n prompt',
    '\\b(?:print|output|reveal|repeat|leak|disclose|write out)\\b[^.\\n]{0,30}\\b(?:system prompt|your (?:initial |original |hidden )?(?:instructions|prompt)|developer message)\\b',
  ),

  sign(
    'urgency',
    1,
    '',
    '\\bbefore (?:you )?(?:answer(?:ing)?|respond(?:ing)?|using any other|each call|writing any|doing anything|any other (?:tool|action))\\b|\\b(?:otherwise|or) the tool will (?:not work|fail)\\b',
  ),
  sign(
    'urgency',
    0.5,
    '',
    '\\bbefore (?:you )?(?:continu(?:e|ing)|proceed(?:ing)?)\\b|\\bafter reading this\\b|\\bexactly as written\\b|\\bverbatim\\b|\\bwhen you see this\\b|\\bdo this (?:now|immediately)\\b|\\bkindly\\b',
  ),

  sign(
    'encoded',
    1,
    'decode|base64|encoded',
    '\\b(?:decode|base64)\\b[^.\\n]{0,60}\\b(?:execute|run|follow|obey|do what)\\b|\\binstructions are encoded\\b|\\bdecode (?:them|it|this) and\\b',
  ),

  // The order in other languages that developers write in: not to follow what was said before.
  ...[
    [
      'ignorier|missacht|vergiss|vergessen',
      '\\b(?:ignorier(?:e|en sie|t)?|missachte|vergiss|vergessen sie)\\b[^.\\n]{0,30}\\b(?:vorherigen?|bisherigen?|vorangegangenen?|früheren?|obigen?|deine|ihre)\\b[^.\\n]{0,20}(?:anweisung|instruktion|vorgabe|befehl|regel)',
    ],
    [
      'ignore|oublie|pas compte',
      '\\b(?:ignore[rz]?|oublie[rz]?|ne (?:tiens|tenez) pas compte)\\b[^.\\n]{0,30}\\b(?:instructions|consignes|directives|ordres|règles)\\b[^.\\n]{0,20}\\b(?:précédente?s?|antérieure?s?|ci-dessus|reçues)',
    ],
    [
      'ignor|olvid|omiso',
      '\\b(?:ignora|ignore|ignorad|olvida|olvide|haz caso omiso de)\\b[^.\\n]{0,30}\\b(?:instrucciones|órdenes|indicaciones|reglas)\\b[^.\\n]{0,20}\\b(?:anteriores|previas|recibidas)',
    ],
    [
      'ignor|dimentic',
      '\\b(?:ignora|ignorate|dimentica|dimenticate)\\b[^.\\n]{0,30}\\b(?:istruzioni|indicazioni|ordini|regole|direttive)\\b[^.\\n]{0,20}\\b(?:precedenti|ricevute|iniziali)',
    ],
    [
      'ignor|esque|desconsider',
      '\\b(?:ignore|ignora|esqueça|esquece|desconsidere)\\b[^.\\n]{0,30}(?:instruções|ordens|orientações|regras|diretrizes)[^.\\n]{0,20}\\b(?:anteriores|prévias|recebidas)',
    ],
    [
      'negeer|vergeet',
      '\\b(?:negeer|vergeet)\\b[^.\\n]{0,30}\\b(?:eerdere|vorige|voorgaande|bovenstaande)\\b[^.\\n]{0,20}(?:instructies|opdrachten|aanwijzingen|regels)',
    ],
    [
      'ignoruj|zapomnij',
      '\\b(?:zignoruj|ignoruj|zapomnij o)\\b[^.\\n]{0,30}(?:poprzedni|wcześniejs|powyżs)[^.\\n]{0,20}(?:instrukcj|polece|zasad)',
    ],
    [
      'игнорируй|забудь|внимания',
      '(?:игнорируй|игнорируйте|проигнорируй|забудь|забудьте|не обращай внимания)[^.\\n]{0,30}(?:предыдущ|прежн|прошл|вышеуказанн|ранее)[^.\\n]{0,24}(?:инструкц|указани|команд|правил)',
    ],
    [
      'ігноруй|забудь',
      '(?:ігноруй|ігноруйте|забудь)[^.\\n]{0,30}(?:попередн|раніш)[^.\\n]{0,24}(?:інструкц|вказівк|команд)',
    ],
    [
      '忽略|无视|無視|忘|不要遵守|忽視',
      '(?:忽略|无视|無視|忘记|忘掉|不要遵守|忽視)[^。\\n]{0,12}(?:之前|以前|先前|上面|以上|前面|所有|一切)[^。\\n]{0,10}(?:指令|指示|提示|说明|規則|规则|命令)',
    ],
    [
      '無視|忘れ|従わない',
      '(?:これまで|以前|前|上記|先)の?[^。\\n]{0,12}(?:指示|命令|プロンプト|ルール|指令)[^。\\n]{0,8}(?:無視|忘れ|従わない)',
    ],
    ['무시|잊', '(?:이전|앞선|위의|기존)[^.\\n]{0,12}(?:지시|명령|지침|프롬프트)[^.\\n]{0,8}(?:무시|잊)'],
    [
      'yok say|görmezden|unut|dikkate alma',
      '(?:önceki|yukarıdaki)[^.\\n]{0,20}(?:talimat|yönerge|komut)[^.\\n]{0,20}(?:yok say|görmezden gel|unut|dikkate alma)',
    ],
    ['تجاهل|انس', '(?:تجاهل|انس)[^.\\n]{0,20}(?:التعليمات|الأوامر|الإرشادات)[^.\\n]{0,16}(?:السابقة|أعلاه)'],
    ['अनदेखा|भूल|नज़रअंदाज़', '(?:पिछले|पहले के)[^।\\n]{0,20}(?:निर्देश|आदेश)[^।\\n]{0,16}(?:अनदेखा|भूल|नज़रअंदाज़)'],
    ['bỏ qua|quên', '(?:bỏ qua|quên)[^.\\n]{0,20}(?:hướng dẫn|chỉ dẫn|lệnh)[^.\\n]{0,16}(?:trước)'],
    [
      'abaikan|lupakan',
      '(?:abaikan|lupakan)[^.\\n]{0,20}(?:instruksi|perintah|petunjuk)[^.\\n]{0,16}(?:sebelumnya|di atas)',
    ],
    ['ignorera|glöm', '(?:ignorera|glöm)[^.\\n]{0,20}(?:tidigare|föregående)[^.\\n]{0,16}(?:instruktion|anvisning)'],
  ].map(([needs = '', pattern = '']) => sign('override', 2, needs, pattern)),
  // Not to tell, and to assistants, in the same languages.
  sign(
    'secrecy',
    1,
    'ohne |nichts|sans |sin avisar|sin preg|sin decir|senza |sem avisar|sem perg|zonder |не говори|не сообщ|не пред|不要|无需|知らせず|告げず|알리지',
    '(?:ohne (?:den |dem )?(?:benutzer|nutzer|entwickler|rückfrage)|(?:dem |den )?(?:benutzer|nutzer) nichts|sans (?:avertir|prévenir|demander|en parler)|sin (?:avisar|preguntar|decir)|senza (?:avvisare|chiedere|dirlo)|sem (?:avisar|perguntar)|zonder (?:het )?(?:de )?(?:gebruiker|te vragen)|не (?:говори|сообщай|предупреждай)|不要告诉|无需询问|不要询问|知らせず|告げず|알리지)',
  ),
  sign(
    'address',
    1,
    'ki-|assistant ia|assistants ia|de ia|assistente ia|ai-assistent|ии-|助手|アシスタント|에이전트|어시스턴트',
    '(?:ki-(?:assistent|agent|system|modell)|assistants? ia|asistente de ia|agente de ia|assistente (?:de )?ia|ai-assistent|ии-(?:ассистент|агент)|人工智能助手|ai ?助手|ai ?アシスタント|ai ?에이전트|ai ?어시스턴트)',
  ),
];

function sign(kind: SignKind, weight: number, needs: string, pattern: string): SignPattern {
  return { kind, weight, needs: needs === '' ? [] : needs.split('|'), pattern: new RegExp(pattern, 'gi') };
}
