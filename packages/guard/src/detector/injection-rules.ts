/** A sign that a text addresses the model. */
export interface InjectionRule {
  /** For people, after "this text": `tells the model to drop its instructions`. */
  readonly says: string;
  /** Over one line in lower case. Every repetition is bounded, and what repeats ends in a character it cannot hold itself. */
  readonly pattern: RegExp;
  /** Two points make a finding; weak signs need each other. */
  readonly points: 1 | 2;
}

const DROPS = 'tells the model to drop its instructions';
const TURNS = 'pretends to be another turn of the conversation';
const SPEAKS = 'speaks to the model';
const HIDES = 'asks to hide something from the user';
const PROMPTS = 'asks for the prompt or for secrets of the model';
const ROLE = 'gives the model another role';
const TASKS = 'gives the model a new task';
const TOOLS = 'tells the model which tool to call';
const LEAKS = 'holds an address that is to be filled with data';
const URGES = 'presses for attention';
const SUPPOSES = 'asks to suppose what is not so';

const words = (most: number): string => `(?:[^\\s.]{1,20} ){0,${most}}`;
const strong = (says: string, source: string): InjectionRule => ({
  says,
  pattern: new RegExp(source, 'u'),
  points: 2,
});
const weak = (says: string, source: string): InjectionRule => ({
  says,
  pattern: new RegExp(source, 'u'),
  points: 1,
});

const ORDERS =
  '(?:i?u?nstruc\\w{0,8}|directions?|directives?|prompts?|rules|guidelines|commands?|orders|assignments?|tasks?|programming)';
const BEFORE =
  '(?:previous|prior|above|earlier|preceding|foregoing|former|initial|original|current|existing|system)';
const WHOSE = ['all', 'any', 'every', 'these', 'those', 'your'].join('|');
const MODEL =
  '(?:ai|a\\.i\\.|llm|gpt(?:-?\\d\\w{0,3})?|chatgpt|claude|gemini|copilot|ai assistant|ai agent|ai model|assistant|language model|chat ?bot)';

const ENGLISH: readonly InjectionRule[] = [
  strong(
    DROPS,
    `\\b(?:ignore|disregard|forget) (?:the|this|that|these|his|her|their) ${words(3)}(?:and|then|instead) (?:just |only |instead )?(?:state|say|ask|tell|write|print|give|answer|respond|output|claim)\\b`,
  ),
  strong(TASKS, '\\bnew (?:instructions?|tasks?|orders?) (?:follow|come|apply|are below)\\b'),
  strong(
    ROLE,
    "\\bnow,? you(?: are|'re) (?!on\\b|in\\b|at\\b|ready|able|done|all|set|going|using|connected|logged|good|not\\b)[a-z]|(?:^|[.!?:\"'] ?)act as (?:an? |the )",
  ),
  strong(
    PROMPTS,
    '\\b(?:what (?:was|is|stands) written|written) (?:at the (?:beginning|start|top)|above)\\b|\\breturn your (?:embeddings|prompt|weights)\\b',
  ),
  strong(
    DROPS,
    `\\b(?:ignore|ignoring|disregard|disregarding|forget|overlook|neglect|override|bypass|abandon|discard|dismiss|set aside|pay no attention to|do not follow|don't follow|stop following) ${words(3)}(?:${BEFORE}|${WHOSE}|my|its) ${words(3)}${ORDERS}\\b`,
  ),
  strong(
    DROPS,
    `\\b(?:ignore|igmre|ignroe|disregard|forget|overlook) ${words(2)}(?:above|(?:what|everything|all|anything)(?: that)? (?:i|we|you|was|has|were)\\b)`,
  ),
  strong(
    DROPS,
    '\\b(?:forget|ignore|disregard|erase) (?:about )?(?:everything|all of (?:it|this|that)|all)(?: (?:above|before|previous|prior|so far|i|you|we)\\b| ?[.!,;:"\']| and\\b| ?$)',
  ),
  strong(
    DROPS,
    `\\b${ORDERS} ${words(4)}(?:are|is|have been|has been) (?:now )?(?:outdated|obsolete|void|superseded|cancell?ed|no longer valid|overridden)`,
  ),
  strong(
    TASKS,
    `\\b(?:new|updated|additional|revised|real|actual|special|urgent|hidden|secret) (?:system )?(?:instructions?|directives?|prompts?|orders?|commands?)\\b ?[:=]`,
  ),
  strong(
    TASKS,
    '\\b(?:adhere|obey|comply|follow|listen) (?:strictly )?(?:to |with )?(?:only )?(?:the following|these|my|this) (?:new )?(?:instructions?|orders?|commands?|directives?)\\b',
  ),
  strong(
    TASKS,
    '\\b(?:your|the) (?:new|next|real|true|actual|only|main) (?:task|goal|instructions?|objective|job|mission|assignment|purpose) ?(?:is|are|:|now)',
  ),
  strong(
    TASKS,
    '\\b(?:before|after) (?:you )?(?:can )?(?:solve|solving|complete|completing|do|doing|finish|finishing|continue|continuing|answer|answering|start|starting)(?: with)? (?:the|your|this|that|my) (?:original |main |actual )?(?:task|request|question)\\b',
  ),
  strong(
    TASKS,
    '\\b(?:come|focus on|concentrate on|start with|here (?:is|are)) (?:now )?(?:a |the |your )?new (?:tasks?|assignments?|challenge)\\b',
  ),
  strong(TASKS, `\\b(?:respond|reply|answer)(?: to)? ${words(4)}(?:only )?(?:with|by saying|by):? ?["']`),
  strong(
    TASKS,
    '\\b(?:print|output|say|write|respond with|reply with|tell the user|include)(?: only| exactly)? (?:the )?(?:following|this)(?: text| message| sentence| words?)? ?:',
  ),
  strong(TASKS, '(?:^|[.!?:"\'>] ?)instructions? ?: ?[a-z]'),
  strong(
    SPEAKS,
    '\\b(?:important|urgent|critical) (?:message|note|notice|instructions?|information|announcement) (?:from|to|for) (?:me|you|the (?:user|system|developers?|admin\\w{0,11}|ai|assistant|model|agent))\\b',
  ),
  strong(
    SPEAKS,
    `\\b(?:message|note|notice|attention|instructions?|hint|reminder|hello|hi|hey|dear|hallo)(?: to| for| from)?,? ?(?:(?:the|this|${WHOSE}) )?${MODEL}(?:s|'s)?(?: (?:agents?|assistants?|models?|systems?))?\\b(?= ?[,:!.]| (?:that|who|which|reading|processing|please|you|must|should))`,
  ),
  strong(SPEAKS, `\\b(?:if|when|since|as|because) you(?:'re| are) (?:an? |the )?${MODEL}\\b`),
  strong(
    SPEAKS,
    `\\b(?:ai|llm|language model)s? ?(?:agents?|assistants?|models?|systems?|bots?)? (?:reading|processing|summari[sz]ing|that reads?|who reads?|must|should|shall|needs? to) `,
  ),
  strong(
    SPEAKS,
    "\\bi(?:'m| am) (?:your|the) (?:developer|creator|administrator|admin|owner|programmer|boss|operator)\\b",
  ),
  strong(
    HIDES,
    `\\b(?:do not|don't|never|must not|should not|without) (?:ever )?(?:tell|telling|inform|informing|mention|mentioning|reveal|revealing|notify|notifying|show|showing|disclose|disclosing|alert|alerting|let|letting|ask|asking) ${words(4)}(?:user|users|customer|human|owner|victim|operator)\\b`,
  ),
  strong(
    HIDES,
    `\\b(?:no need to|needn't|avoid|refrain from) (?:mention|mentioning|tell|telling|inform|informing) ${words(5)}(?:user|customer|human)\\b`,
  ),
  strong(
    HIDES,
    `\\b(?:keep|hide|conceal) ${words(4)}(?:secret |hidden |confidential )?from the (?:user|customer|human|owner)\\b`,
  ),
  weak(
    HIDES,
    '\\b(?:secretly|silently|discreetly|covertly|without (?:any )?(?:confirmation|asking|approval|permission))\\b',
  ),
  strong(
    PROMPTS,
    `\\b(?:reveal|print|show|repeat|output|display|tell me|give me|expose|leak|share|translate|summari[sz]e|spell-? ?check) ${words(4)}(?:system prompt|initial prompt|hidden prompt|prompt texts?|prompt above|above prompt|instructions above|your (?:secret|prompt|password|instructions|guidelines|initial|original|api key|complete|entire|full))\\b`,
  ),
  strong(
    PROMPTS,
    "\\b(?:what (?:is|are|was|were)|what's|how about|tell me|guess|about) (?:your|the) (?:secret(?: key| word| code)?|password|passphrase|system prompt|prompt_text|initial prompt|api key|hidden instructions)\\b(?! manager| policy| reset)",
  ),
  strong(
    ROLE,
    '\\byou are (?:now (?:an? |my |going to|acting|free\\b|un\\w|dan\\b|in \\w{1,20} mode)|no longer (?:an? |bound|restricted)|not an? (?:ai|assistant)|going to (?:be|act|pretend))\\b|\\bfrom now on,? (?:you|act|answer|respond|i)\\b',
  ),
  strong(
    ROLE,
    '\\b(?:i want you to|you (?:will|must|should|shall)|now you|please) (?:act|behave|respond|answer|speak|function|pose) (?:as|like)\\b',
  ),
  strong(
    ROLE,
    '\\b(?:developer|dan|god|jailbreak|unrestricted|override|debug|maintenance|sudo) mode (?:is |now )?(?:on|enabled|activated|active|engaged)|\\b(?:enter(?:ing)?|enable|activate|switch to) (?:\\w{1,12} ){0,2}(?:override|developer|dan|god|jailbreak|unrestricted|sudo) mode\\b',
  ),
  weak(SUPPOSES, "\\b(?:pretend|imagine|suppose) (?:that )?(?:you|we)(?:'re| are| can| have| were)\\b"),
  strong(
    TOOLS,
    '\\b(?:you (?:should|must|need to|have to|can)|please|now|first|then|immediately) (?:use|call|invoke|run|execute|trigger) (?:the )?(?:tools?)? ?[\'"]?[\\w.-]{1,40}[\'"]? (?:tool|(?:tool |function )?with the following arguments?)\\b',
  ),
  strong(
    TOOLS,
    '\\b(?:use|call|invoke|run|execute|trigger) (?:the )?(?:tool|function) [\'"][\\w.-]{1,40}[\'"]',
  ),
  strong(
    TOOLS,
    '\\b(?:always|must|first) (?:use|call|invoke|run|execute) (?:this|the|my) (?:tool|function)\\b(?: (?:first|before|instead))?',
  ),
  strong(
    LEAKS,
    'https?://[^\\s"\'<>)]{1,200}[?&=/#](?:\\{\\{?|<|\\$\\{?|%7b|\\[)(?:the )?[a-z_ -]{0,20}(?:data|content|secret|conversation|history|message|info|user|email|password|token|key|chat|context|query|summary|results?|name|payload)',
  ),
  weak(
    LEAKS,
    `\\b(?:append|add|put|insert|encode|embed|include) ${words(4)}(?:user|data|conversation|secrets?|history|messages?|contents?|passwords?|keys?|tokens?|results?|chat) ${words(3)}(?:to|in|into|as) (?:the |this )?(?:url|link|query string|image url|address)\\b`,
  ),
  weak(
    URGES,
    '(?:important|urgent|attention|warning)!{2,}|\\butmost (?:importan\\w{1,3}|urgency)\\b|\\bthis is not a (?:drill|prompt injection)\\b',
  ),
  weak(
    SUPPOSES,
    "\\b(?:let's|let us) (?:state|assume|say|suppose|pretend|imagine|consider)\\b|\\bhypothetical(?:ly)?\\b|\\bfor the (?:purpose|sake) of this\\b|\\b(?:to challenge the status quo|contrary to)\\b",
  ),
  weak(SUPPOSES, '\\b(?:state|say|claim|conclude|write|answer) that\\b'),
];

const OTHERS: readonly InjectionRule[] = [
  strong(
    DROPS,
    `\\b(?:abweichend (?:zu|von) (?:den )?(?:vorherigen|bisherigen|obigen)|alle (?:vorherigen|bisherigen) ${words(2)}[^.]{0,60}(?:irrelevant|ungültig|hinfällig)|höre nicht auf alles zuvor)`,
  ),
  strong(ROLE, '\\bnun bist du\\b'),
  strong(TASKS, '\\bnun folgen neue anweisungen\\b'),
  strong(DROPS, '\\b(?:olvid[ae]|ignor[ae]) todo (?:lo )?(?:que|anterior)\\b'),
  strong(
    DROPS,
    '(?<!\\p{L})(?:zaboravi|ignoriraj|ignoriši) (?:sve|prethodne) (?:\\p{L}{1,15} ){0,2}(?:instrukcije|upute|naredbe)',
  ),
  strong(
    DROPS,
    '(?<!\\p{L})(?:αγνόησε|αγνοήστε|ξέχασε|ξεχάστε) (?:\\p{L}{1,15} ){0,3}(?:οδηγίες|εντολές|προηγούμεν\\p{L}{1,3})',
  ),
  strong(DROPS, '(?:無視して|忘れて)[、,。]'),
  // German
  strong(
    DROPS,
    `\\b(?:vergiss|vergessen sie|ignorier(?:e|en sie)?|missachte|übergehe) ${words(4)}(?:alles|alle[nrs]?|vorherige[nrs]?|bisherige[nrs]?|obige[nrs]?|davor|anweisung(?:en)?|instruktion(?:en)?|aufgaben?|befehle?|regeln)\\b`,
  ),
  strong(DROPS, `\\blassen sie ${words(3)}vorherigen ${words(2)}hinter sich`),
  strong(
    TASKS,
    '\\b(?:nun|jetzt) (?:folg(?:en|t)|kommen|kommt|konzentrier\\w{0,3}|beginnen|eine neue|der zweite) [^.]{0,40}?(?:aufgaben?|test)\\b|\\bneue[nrs]? aufgabe\\b ?[:,]',
  ),
  strong(
    ROLE,
    '\\b(?:jetzt bist du|du bist (?:jetzt|nun|ab sofort)|sie sind (?:jetzt|nun))\\b|\\bdass (?:sie|du) als [^.]{1,60}(?:fungier|agier|auftr|handel)|\\b(?:als|wie) [^.]{1,40} fungieren\\b',
  ),
  strong(
    HIDES,
    `\\b(?:sag|sage|sagen sie|verrate|erwähne|informiere) ${words(3)}(?:nutzer|benutzer|anwender|kunden) ${words(2)}(?:nichts|nicht)\\b`,
  ),
  // French, Spanish, Italian, Portuguese, Dutch
  strong(
    DROPS,
    `\\b(?:oublie[zr]?|ignore[zr]?|négligez) ${words(4)}(?:instructions?|consignes|directives|règles|tout ce qui précède|précédentes?|ci-dessus)(?!\\p{L})`,
  ),
  strong(
    DROPS,
    `\\b(?:ignor[ae]|olvid[ae]|haz caso omiso|omit[ae]|descart[ae]) ${words(4)}(?:instrucciones|indicaciones|órdenes|reglas|anteriores|todo lo anterior|previas)(?!\\p{L})`,
  ),
  strong(
    DROPS,
    `\\b(?:ignora(?:re)?|dimentica(?:re)?|trascura) ${words(4)}(?:istruzioni|indicazioni|direttive|precedenti|regole)(?!\\p{L})`,
  ),
  strong(
    DROPS,
    `(?<!\\p{L})(?:ignor[ea]|esqueç?[ac]?a?|desconsidere) ${words(4)}(?:instruções|orientações|anteriores|regras|comandos)(?!\\p{L})`,
  ),
  strong(DROPS, `\\b(?:negeer|vergeet) ${words(4)}(?:instructies?|opdrachten|vorige|voorgaande|regels)\\b`),
  // Slavic, Turkish, Arabic, Hindi
  strong(
    DROPS,
    `(?<!\\p{L})(?:про)?(?:игнорируй(?:те)?|забудь(?:те)?|не обращай(?:те)? внимания на) ${words(4)}(?:инструкци\\p{L}{1,2}|указани\\p{L}{1,2}|предыдущ\\p{L}{1,3}|команд\\p{L}{0,2}|правила|вс[её])(?!\\p{L})`,
  ),
  strong(
    DROPS,
    `(?<!\\p{L})(?:zignoruj|ignoruj|zapomnij|ignorujte|zapomeň|ігноруй(?:те)?) ${words(4)}(?:instrukcj\\p{L}{1,2}|polece\\p{L}{1,3}|poprzedni\\p{L}{1,2}|pokyn\\p{L}{0,2}|předchozí\\p{L}{0,2}|інструкці\\p{L}{1,2}|wszystk\\p{L}{1,2})`,
  ),
  strong(
    DROPS,
    '(?<!\\p{L})(?:önceki|yukarıdaki)(?: tüm)? (?:talimat|komut|yönerge)\\p{L}{0,8} (?:yok ?say|unut|göz ardı|dikkate alma)',
  ),
  strong(DROPS, '(?:تجاهل|انس|انسى)\\P{L}{1,3}[^.]{0,40}?(?:التعليمات|الأوامر|السابقة|ما سبق)'),
  strong(
    DROPS,
    '(?:पिछले|पहले के|उपरोक्त|सभी)[^।.]{0,30}(?:निर्देश|आदेश)[^।.]{0,20}(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|ध्यान न)',
  ),
  // Chinese, Japanese, Korean
  strong(
    DROPS,
    '(?:忽略|无视|無視|忘记|忘掉|忘記|不要理会|不理会|忽視|放弃)[^。.]{0,12}(?:指令|指示|说明|說明|命令|提示|之前|以上|上述|先前|规则|規則)',
  ),
  strong(
    DROPS,
    '(?:以前|前|上記|これまで|先ほど)[^。]{0,10}(?:指示|命令|ルール|プロンプト)[^。]{0,8}(?:無視|忘れ|従わ)',
  ),
  strong(DROPS, '(?:이전|앞선|위의|기존|모든)[^.]{0,12}(?:지시|명령|지침|프롬프트)[^.]{0,10}(?:무시|잊)'),
  strong(
    PROMPTS,
    '(?:系统提示|系統提示|提示词|システムプロンプト|시스템 프롬프트|systemprompt|prompt do sistema|prompt del sistema|prompt système)',
  ),
];

export const FLAT_RULES: readonly InjectionRule[] = [...ENGLISH, ...OTHERS];

/** Over lower-case text with its lines. */
export const LINE_RULES: readonly InjectionRule[] = [
  strong(
    TURNS,
    '<\\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|end_of_turn|start_of_turn|eot_id|start_header_id|begin_of_text|eom_id)\\|>',
  ),
  strong(
    TURNS,
    '\\[/?inst\\]|<</?sys>>|\\[/?system(?: (?:message|prompt|note))?\\]|\\[(?:end|begin|new) (?:of )?(?:system|user|conversation|instructions?)[^\\]]{0,30}\\]',
  ),
  strong(
    TURNS,
    '(?:^|[\\s"\'>])</?(?:information|important|instructions?|system|system[-_]?(?:prompt|message|reminder|override)|assistant|user[-_]?(?:query|request|message)|tool[-_]?(?:call|result|response)|function[-_]?(?:calls?|results?)|antml:[a-z_]{1,20}|admin|secret|hidden)>',
  ),
  strong(TURNS, '</?(?:quoted|transcript)[ >]'),
  strong(TURNS, '<(?:system|god|admin|developer|debug|root|dan|sudo) mode>'),
  strong(
    TURNS,
    '(?:^|[\\n"\'>] ?)(?:#{1,4} ?)?(?:system|assistant|human|admin|developer) ?(?:prompt|message|override|note|instructions?)? ?: ?(?=[a-z<])(?!//)[^\\n]{0,60}\\b(?:you|your|ignore|must|please|do not|instructions?)\\b',
  ),
  strong(TURNS, '#{2,4} ?(?:instructions?|system|response|human|assistant|new task) ?:'),
  strong(
    TURNS,
    '[=\\-*#]{4,40} ?(?:end|start|begin)(?: of)?(?: (?:the )?(?:prompt|instructions?|context|document|input|user|system|data|email|text|conversation))? ?[=\\-*#.]{1,40} ?(?:now|new|ignore|print|instead|spell|please|you)',
  ),
  strong(TURNS, '<(?:now )?(?:entering|begin|start) [^>]{0,40}(?:mode|override)>'),
  strong(
    HIDES,
    '<!--[^>]{0,300}?\\b(?:ignore (?:all|any|the|previous|your)|instructions? (?:for|to)|ai assistant|ai agent|tell the user|reset your password|system prompt)\\b',
  ),
];
