"""Words of messages and of settings' sources that name nobody: those of W&B, of the connection and of ours."""

from __future__ import annotations

_WORDS = """
    a about absent absolute accept accepted accepts access account add address addresses adds
    administrator advice after again against ai alias aliases alive all allow allowed allows alone along
    alphanumeric already also although an and anonymous another answer answered answering answers any
    anything anywhere api app appears append are arguments artifact artifactnotloggederror artifacts as
    ascii ask asked asking asks associated at attribute authorities authority back backend bad base be
    because become been before begins behind belongs between beyond big bodies body boolean both breaks
    bundle business busy but by byte bytes ca call called caller calls came can cannot carry case cause
    cert certifi certificate certificates change changed changes character characters check checked
    checks chooses class client clients clock closed closes cloud code codes collection com come comes
    coming command committed compared compares compatibility complete complex complexity config
    configparser configured conflict connect connecting connection connectionerror connections contain
    context control coreweave correct corresponding could count counted counts crash crashes create
    created credentials curl custom cut cuts damaged dashes data date deadline decide decides decoded
    default deflate delete denied deployment derived determine device did differ different digest digits
    dir direction directly directories directory disable disabled discontinued do document does doing
    domain dots doubled down download drop dropped drops dryrun due during each early either else
    elsewhere empty enabled encodings encrypted end ended ends entering entities entity entry env
    environment error errors escape even every everything exceeded exceeds exception exceptions excepts
    exchange exists expanded expected expecting expects expensive expired explicitly failed failing
    failure far fault federation fetch fetched fetching fewer field file files fills find finds finer
    firewall first fit fits follow following for forbidden forge form format formed forms found four from
    full gave get git give given gives global go goes got graphql gzip had has have header headers help
    here hex hides hold holds home host hosts how http https i id identity idna if ignore ignored ignores
    ignoring import imports in include info init initialized innermost input inputting insecure instead
    insufficient interface interferes internal international interpolationsyntaxerror interpret into
    invalid invisible ipv is it item its itself json judged just keep keeping keeps kept key kind known
    knows large larger last later launch layer leading learns least leaves left length less letters
    library like limit limits line link linked linking list listens little load loaded loads local log
    logged logging login long longer longest look looked looking looks lookup loop lower machine made
    make makes malformed manager many map mapped masked match matter maximum may mean means member
    membership memberships merely message method mib middle migrated milliseconds min minutes missing
    mode model modes more most mostly moved moves much multiple must mutations name named names need
    needs netrc network never new newer newlines next nfkc no nobody non none nonetype normalised not
    notaquery nothing noticed notimplementederror nt number object objects occurred of off offline often
    old older on once one ones online only opens openssl operating option or order org organization
    organizations other others otherwise out outages outermost outlasts outoftimeerror outside over
    overrides own owned owns package packet page parse parsed part parts passed passes password passwords
    path paths people permission permissions person personal piece pipe pipes place places plain platform
    please point points port posts prior problem problems process program progress project protocol
    provide provided proxies proxy put puts putting pydantic pysocks python queries query quiet quote
    quoted quotes quoting raise raises raw reached read reads reason reasons record redirected redirects
    refusal refuse refused refuses registered registries registry relative relogin remove repeated
    repeats repetitions replaced reply repository repr request requested requests required reserved
    resolve resource respond response rest retries retrieve retry returned reverse rewrite right rule
    rules run running runs said same sandbox save saving say says scheme screen search second seconds
    secrets section secure see self send sending sends sense sent sentence sentences separator sequence
    server servers serves service session set sets setting settings several shape shared shorthand should
    shown sign signed since size skipping skips slash sleep slow smaller so socks some somebody something
    soon source sourced sources space spaces speak speaking speaks specified specify spelling spent ssl
    standard stands start started state status stays still stopped strict string succeed such supplied
    supported sure surroundings surrounds sweep switched syntax system tabs take taken takes team teams
    tell tells terminal test tests text than that the their them then there these they thing third
    this those though through time timeout times tls to together token tokens told too took
    trailing transport transportfailure tried true trust trusted truth try tty tunnel turn
    two type types ui unable unanswered unauthorized unavailable under underscores understood unencoded
    unicode unknown unlink unpacked unpacks unsupported unterminated until up update updates upsertbucket
    url urllib urls use used user username users using usual utc valid value values variable variables
    verdicts verification verify verifying version via view viewer violated vpn wait waiting waits
    wandb wants warns was way ways web well went were what whatever whatwg when where whether which while
    white whitespace who whoever whole whom whose why width will win wins with within without word worded
    words working world worst would wrapped write writes writing written wrong xx yet you your
"""

PLAIN_WORDS = frozenset(_WORDS.split())
"""In lower case."""

SAID_TO_EVERYBODY = frozenset(
    {
        "An internal error occurred. Please contact support.",
        "driver: bad connection",
        "context deadline exceeded",
        "Error 1213: Deadlock found when trying to get lock; try restarting transaction",
        "Error 1040: Too many connections",
        "graphql: panic occurred: runtime error: invalid memory address or nil pointer dereference",
        "internal database error",
        "permission denied",
        "user is not logged in",
    }
)
"""Messages of the server that name nobody (server-shapes E1, E2, E3, E4 and E5); they stay to the letter."""
