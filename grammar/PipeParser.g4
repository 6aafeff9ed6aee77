// The grammar of .pipe (docs/language.md, "Grammar"). Its tokens come from the hand-written lexer, compiler/syntax/lexer.h.
//
// There is one rule for whatever may stand in a file or a block: a misplaced item is no syntax error, but a clear P0114 of
// CheckPlaces. Expressions are flat: the tree builder applies precedence, which keeps every prediction short. Not here
// either: that neighbours need a line break or a comma between them (P0110; the builder), and recovery
// (compiler/syntax/recovery.h): a syntax error damages one `item` or one `placeholder`.
//
// Token names that are C++ macros or keywords have other names here (NULL is NULL_). Rule names are repeated in
// compiler/syntax/rules.def; a static_assert compares them.
parser grammar PipeParser;
options { tokenVocab = PipeTokens; superClass = ParserBase; }
@parser::postinclude {
#include "grammar/parser_base.h"
}

file : (item COMMA?)* EOF ;
block : LBRACE (item COMMA?)* RBRACE ;

item : setting | namedStep | letItem | runStep | usesStep | stepRaw | ifStep | forItem | parallelStep | waitStep
     | cancelStep | onceStep | requiresStep | assertStep | outputDecl | rawDecl | onDecl | jobDecl | gateDecl | secretDecl
     | varDecl | importDecl | typeDecl | enumDecl | fnDecl | actionDecl | externDecl | verbatimDecl | pipelineDecl
     | environmentDecl | serviceDecl | overlayDecl | rolloutDecl | atItem | checkDecl | metricDecl | sloDecl
     | migrationDecl | manifestDecl | patchDecl ;

setting : key COLON expr ;
rawDecl : RAW string ;

// Declarations of files
importDecl : IMPORT ( importNames FROM string | (string | ACTION_REF | qname) (AS name)? ) ;
importNames : LBRACE name (COMMA name)* COMMA? RBRACE ;
// Directly behind the `=` the words `run uses step background` begin a step where one follows.
letItem : LET name (COLON type)? ASSIGN ( BACKGROUND? (runStep | usesStep | namedStep) | expr ) ;
typeDecl : TYPE name ASSIGN type ;
enumDecl : ENUM name LBRACE member (COMMA member)* COMMA? RBRACE ;
fnDecl : FN name params (ARROW type)? ASSIGN expr ;
secretDecl : SECRET names (IN names)? ;
varDecl : VAR name (COLON type)? (IN names)? ;
names : name (COMMA name)* ;
verbatimDecl : VERBATIM string ;
actionDecl : ACTION name params (ARROW recordType)? (IN ENVIRONMENT)? block ;
externDecl : EXTERN ACTION name FROM ACTION_REF params (ARROW recordType)? record? ;
forItem : FOR name IN expr (IF expr)? block ;
params : LPAREN (param (COMMA param)* COMMA?)? RPAREN ;
param : STATIC? name (COLON type)? (AS name)? (ASSIGN expr)? ;
member : name | LABEL | string ;

// Pipelines and jobs
pipelineDecl : PIPELINE name params? block ;
onDecl : ON name args? ;
jobDecl : JOB name matrix? ( USES target args? block? | block ) ;
matrix : FOR axis (COMMA axis)* (WHERE expr)? ;
axis : name IN expr ;
gateDecl : GATE name COLON ( name | LBRACK qnames? COMMA? RBRACK ) ;
outputDecl : OUTPUT name (COLON type)? ASSIGN expr record? ;

// Steps
runStep : RUN name? (ARROW recordType (name recordType)?)? string ;
usesStep : USES target args? ;
target : ACTION_REF | string | qname ;
namedStep : STEP string? ( COLON (runStep | usesStep) | block ) ;
stepRaw : STEP RAW string ;
ifStep : IF expr block ( ELSE ( ifStep | block ) )? ;
parallelStep : PARALLEL block ;
waitStep : WAIT qnames ;
cancelStep : CANCEL qname ;
onceStep : ONCE namedStep ;
requiresStep : REQUIRES name record ;
assertStep : ASSERT expr ;

// Delivery
environmentDecl : ENVIRONMENT member block ;
serviceDecl : SERVICE name params? block ;
overlayDecl : OVERLAY names block ;
rolloutDecl : ROLLOUT name block ;
atItem : AT expr (HOLD expr)? ;
checkDecl : CHECK name? args? checkBlock ;
checkBlock : LBRACE (checkItem COMMA?)* RBRACE ;
checkItem : qname args? ( (LT | LE | GT | GE | EQ | NE) operand )? ;
metricDecl : METRIC name params? (COLON type)? block ;
sloDecl : SLO name params? (COLON expr)? block ;
migrationDecl : MIGRATION name block ;
manifestDecl : MANIFEST string ;
patchDecl : PATCH name string ;

// Types. `as T` never ends in `?`: the optional cast is `as? T`.
type : typeAtom QUESTION? ;
// (A rule of its own: behind a cast `<` may be an operator too, and only there prediction has to look for the `>`.)
castType : qname (LT type (COMMA type)* GT)? | ENUM LPAREN member (COMMA member)* COMMA? RPAREN | recordType ;
typeAtom : qname (LT type (COMMA type)* GT)? | ENUM LPAREN member (COMMA member)* COMMA? RPAREN | recordType ;
recordType : LBRACE (field COMMA?)* RBRACE ;
field : name QUESTION? COLON type ;

// Expressions
expr : operand (binop operand)* (QUESTION expr COLON expr)? ;
binop : QQ | OROR | ANDAND | EQ | NE | LT | LE | GT | GE | IN | DOTDOT | PLUS | MINUS | STAR | SLASH ;
operand : (NOT | MINUS)* primary postfix* (AS QUESTION? castType)? ;
postfix : DOT (key | STAR) | LBRACK (expr | STAR) RBRACK | args ;
primary : literal | string | list | record | LPAREN expr RPAREN | name | LABEL | matchExpr | ERROR ;
literal : INT | FLOAT | DURATION | QUANTITY | SEMVER | TRUE | FALSE | NULL_ ;
matchExpr : MATCH expr LBRACE (arm COMMA?)* RBRACE ;
arm : (ELSE | literal | string | qname | LABEL) ARROW expr ;
args : LPAREN (arg (COMMA? arg)* COMMA?)? RPAREN ;
arg : key COLON expr | expr ;
list : LBRACK ( listFor | (element (COMMA element)* COMMA?)? ) RBRACK ;
listFor : FOR name IN expr (IF expr)? COLON expr ;
element : ELLIPSIS? expr ;
record : LBRACE ( recordFor | (entry COMMA?)* ) RBRACE ;
recordFor : FOR name IN expr (IF expr)? COLON expr ARROW expr ;
entry : key COLON expr | ELLIPSIS expr ;
string : SQ | DQ_OPEN part* DQ_CLOSE | TICK_OPEN part* TICK_CLOSE | BLOCK_OPEN part* BLOCK_CLOSE ;
part : TEXT | placeholder ;
placeholder : PH_OPEN expr PH_CLOSE ;
qnames : qname (COMMA qname)* ;
qname : name (DOT name)* ;
key : name | TRUE | FALSE | NULL_ | MATCH | SQ | DQ_OPEN TEXT? DQ_CLOSE ;

// Every keyword is an ordinary name, but `true false null match`.
name : ID | IMPORT | FROM | AS | LET | TYPE | ENUM | FN | ACTION | EXTERN | PIPELINE | ON | JOB | GATE | FOR | IN | WHERE | USES
     | RUN | STEP | IF | ELSE | PARALLEL | BACKGROUND | WAIT | CANCEL | OUTPUT | SECRET | VAR | ENVIRONMENT | SERVICE | OVERLAY
     | ROLLOUT | AT | HOLD | CHECK | METRIC | SLO | MIGRATION | MANIFEST | PATCH | RAW | STATIC | ONCE | REQUIRES | ASSERT
     | VERBATIM ;
