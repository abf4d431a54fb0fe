#include "value/nicknames.h"

#include "value/names.h"

/* Each line: forms of one name. A form may stand in several lines. */
static const char *const GROUPS[] = {
    /* British Isles */
    "abigail abby abbie abi gail",
    "adam ads addy",
    "adrian ade adi",
    "aidan aiden ade",
    "alan al allan allen alun",
    "albert al bert bertie albie",
    "alexander alex al alec alexi ali lex sandy sasha xander zander",
    "alexandra alex ali alexa alexis lexi lexie sandra sasha sacha lex",
    "alfred alf alfie fred freddie",
    "alice ali allie alys alicia",
    "alison ali allie allison",
    "amanda mandy manda",
    "amelia amy millie milly mia emilia",
    "andrew andy drew dru andie",
    "angela angie ange",
    "anna annie ann anne anya ania",
    "anthony tony ant antony anton",
    "arabella bella ara",
    "archibald archie arch",
    "arthur art arty artie",
    "barbara barb babs barbie",
    "barnaby barney",
    "beatrice bea bee trixie beatrix",
    "benjamin ben benny benji benjy",
    "bethany beth bethan betty",
    "bradley brad",
    "bronwen bron bronnie bronwyn",
    "caitlin cait katie kate caitlyn kaitlin kaitlyn",
    "cameron cam cammy",
    "caroline caro carrie carolyn lina",
    "catherine katherine kathryn cathryn katharine cath kath cathy kathy kate katie katy kat kit "
    "kitty kay catrin cat katya trina",
    "catrin cat cati",
    "charles charlie charley chas chaz chuck",
    "charlotte charlie charley lottie lotte lotty char",
    "christian chris christy",
    "christina christine chris chrissie chrissy tina kristina kristine",
    "christopher chris kit topher kris",
    "claire clare",
    "connor conor con",
    "constance connie",
    "cordelia delia cora",
    "daniel dan danny dani deiniol",
    "danielle dani danni dan ellie",
    "david dave davy davey dai dafydd dewi taffy",
    "deborah debbie deb debs",
    "declan dec",
    "dominic dom nic nick dominik",
    "dorothy dot dottie dotty dolly",
    "dylan dyl",
    "edward ed eddie eddy ted teddy ned ward",
    "edmund ed eddie ted ned",
    "edwin ed eddie win",
    "eleanor ellie ella nell nellie elle nora elinor elin",
    "elizabeth elisabeth liz lizzie lizzy beth betsy betty bess eliza elsie lisa libby lily "
    "lilibet "
    "ellie liza lil",
    "emily em emmy millie milly emmie",
    "emma em emmy emmie",
    "eugene gene",
    "evelyn eve evie eva",
    "ewan euan owen ewen",
    "felicity flick fliss fizz lissy",
    "finlay fin finn findlay finley",
    "florence flo florrie flossie",
    "frances fran francesca frankie cesca chess chessie",
    "francis frank frankie fran",
    "frederick fred freddie freddy fredrick",
    "gabriel gabe gab gabi",
    "gabrielle gabby gabi gaby gabriella ella",
    "gareth gaz gary garth",
    "gemma gem gems jemma",
    "geoffrey geoff jeff jeffrey",
    "george georgie geordie",
    "georgina georgia georgie gina george georgiana",
    "gerald gerry jerry ged",
    "graham gray graeme",
    "gregory greg gregor gregg",
    "gwendoline gwen gwenny gwenllian gwyneth",
    "hannah han hanna nan",
    "harold harry hal",
    "harriet hattie harri harry hatty",
    "harrison harry harri",
    "heather hev",
    "henry harry hal hank hen",
    "herbert bert herb bertie",
    "hugh huw hughie hugo",
    "imogen immy imo gen",
    "isaac ike zac zak",
    "isabel isabelle isabella bella izzy izzie issy belle bel isobel isla",
    "jacob jake jack cob coby jakob",
    "jacqueline jackie jacqui jacky",
    "jack jackie jacky jacko johnny jon john",
    "james jim jimmy jamie jem jay jimbo",
    "jane janie jenny jan janey",
    "janet jan jenny",
    "jason jay jase",
    "jemima jem mima jemmy",
    "jennifer jen jenny jenna jennie jenni",
    "jeremy jez jem jerry jezza",
    "jessica jess jessie jessy",
    "joanna joanne jo joey joan",
    "john johnny jon jack jonny johnnie sean ian ioan sion",
    "jonathan jon jonny jono nathan johnny jonathon",
    "jordan jordie jordy",
    "joseph joe joey jo jos",
    "josephine jo josie josey posy fifi",
    "joshua josh joss",
    "judith judy jude judi",
    "julia julie jules",
    "julian jules jools",
    "katrina kat trina katie",
    "kenneth ken kenny",
    "kevin kev",
    "kimberley kim kimmy kimberly",
    "kieran kier kieron",
    "laura lauren loz lori laurie",
    "laurence lawrence larry laurie loz",
    "leonard len lenny leo leon",
    "leopold leo",
    "lewis lew louis louie lou luis",
    "liam lee will william",
    "lillian lily lil lilly lilian",
    "linda lindy lin lyn lynda",
    "louise lou louisa lulu",
    "lucas luke luca",
    "lucy lu luce lucinda lucia cindy",
    "madeleine maddie maddy mads madeline",
    "magdalene maggie lena magda madge",
    "malcolm mal",
    "margaret maggie meg megan peg peggy marge margie margot greta rita daisy mags maisie",
    "marianne mary ann annie marian",
    "mark marc marcus marky",
    "martin marty mart martyn",
    "mary molly polly mia mae may moll",
    "matilda tilly tilda mattie tillie",
    "matthew matt matty mat mathew matthias",
    "maxwell max maxie maximilian",
    "megan meg megs meggie",
    "melanie mel mels",
    "melissa mel missy lissa",
    "michael mike mick mickey micky mikey mitch meic",
    "michelle shell chelle shelly mish",
    "millicent millie milly",
    "mitchell mitch",
    "morgan mo morg",
    "natalie nat talia nats natalia natasha",
    "natasha tash tasha nat",
    "nathaniel nathan nate nat",
    "nathan nate nath nat",
    "nicholas nick nicky nico nicolas nic klaus",
    "nicola nicole nicky nikki nic nicki nix",
    "oliver ollie oli olly ol",
    "olivia liv livvy livi livia ollie",
    "oscar ozzy oz ossie",
    "pamela pam pammie",
    "patricia pat patsy trish tricia patty trisha",
    "patrick pat paddy patsy rick padraig",
    "penelope penny nell pen",
    "peter pete petey",
    "philip phil pip phillip philippe",
    "philippa pip pippa phil",
    "phoebe phoebs",
    "prudence pru prue",
    "rachel rach rachael shelly rae",
    "raymond ray",
    "rebecca becky bex becca beck becks rebekah",
    "reginald reg reggie rex",
    "rhiannon rhi rhian annie",
    "richard rich richie rick ricky dick dickie",
    "robert rob bob robbie bobby bert robin robby rab",
    "roberta bobbie robbie",
    "roderick rod roddy rory",
    "ronald ron ronnie",
    "rosemary rose rosie romy",
    "rosalind ros roz rosie",
    "rupert rupes ru",
    "russell russ rusty",
    "samantha sam sammy sami",
    "samuel sam sammy sami",
    "sarah sara sally sadie sal",
    "sebastian seb sebby bastian baz",
    "sharon shaz shazza",
    "siobhan shiv",
    "simon si",
    "sophia sophie soph sofia sofie sophy",
    "stephanie steph stef steffi stevie",
    "stephen steven steve stevie ste stefan steffan",
    "stuart stu stew stewart",
    "susan sue suzie susie suzy susanna suzanne sukie suki zanna",
    "sydney sid syd sidney",
    "tabitha tabby tab",
    "tamsin tam tammy tamara",
    "terence terry tel terrence",
    "theodore theo ted teddy",
    "theresa terri tess tessa tracy teresa",
    "thomas tom tommy thom tomos twm tomas",
    "timothy tim timmy timo",
    "tobias toby tobes",
    "valerie val",
    "vanessa nessa ness",
    "veronica ronnie vera roni",
    "victor vic",
    "victoria vicky vic tori vikki vicki vickie",
    "vincent vince vinny vin",
    "virginia ginny ginger",
    "walter walt wally",
    "wilfred wilf will fred",
    "william will bill billy liam willy wills willie gwilym wil",
    "winifred winnie win freda",
    "yvonne eve evie vonnie",
    "zachary zach zac zak zack",
    "zoe zo zoey",
    /* Poland and its neighbours */
    "agnieszka aga agusia agnes",
    "aleksander aleksandr olek alek alex sasha",
    "aleksandra ola olka olenka oliwka alex sasha",
    "andrzej andrew jedrek jędrzej",
    "anna ania anka anusia hania",
    "barbara basia baska",
    "bartłomiej bartlomiej bartek bart bartosz",
    "dorota dorotka dora",
    "elżbieta elzbieta ela elka",
    "ewa ewka ewunia eva",
    "filip fil filipek",
    "grzegorz grzesiek grzes grześ greg",
    "jakub kuba kubus kubuś jakob",
    "jan janek jasiek jas jaś",
    "joanna asia aska joasia",
    "julia jula julka",
    "kacper kacperek kasper",
    "katarzyna kasia kaska kate kasieńka",
    "krzysztof krzysiek krzys krzyś kris chris",
    "łukasz lukasz luke lukas",
    "maciej maciek mati",
    "magdalena magda madzia lena",
    "małgorzata malgorzata gosia gośka goska margaret",
    "maria marysia maryla marianna mary",
    "marcin martin marcinek",
    "mateusz mati mateuszek matt matthew",
    "michał michal misiek michael mike",
    "mikołaj mikolaj miki nicholas",
    "natalia natka nat",
    "oliwia oliwka ola olivia",
    "paweł pawel pawelek paul",
    "piotr piotrek piotrus peter",
    "stanisław stanislaw staszek stas staś stan",
    "szymon szymek simon",
    "tomasz tomek tom",
    "wojciech wojtek",
    "zofia zosia zoska sophie sofia",
    "zuzanna zuza zuzia susanna",
    "oleksandr sashko sasha alex oleks",
    "volodymyr vladimir vova volodya vlad",
    "dmytro dmitri dima dimitri",
    "mykola nikolai kolya nicholas",
    "kateryna katya ekaterina kate",
    "anastasia nastya ana stasia anastasiia",
    "yulia julia yulya iulia",
    /* Romania, Portugal, Spain, Italy, Turkey */
    "alexandru alex alexe sandu",
    "alexandra alexa sanda",
    "andrei andreias andrew",
    "andreea deea andrea",
    "cristian cristi cris christian",
    "cristina cris cristi",
    "constantin costel costin costi",
    "elena ileana lenuta nuta ella",
    "florin flo florentin",
    "gabriela gabi gabriella",
    "gheorghe gigi george gelu",
    "ioana ioanna oana",
    "ion ionut ionuț ionel nelu",
    "maria mari mia marioara",
    "mihai misu mihail mihaita mihăiță michael",
    "mihaela miha ela",
    "nicolae nicu nicolas",
    "stefan ștefan fane stef",
    "ștefania stefania stefi",
    "vasile vasi vasilica",
    "antonio toni tony toño antoni",
    "catarina cata kika cati",
    "francisco paco pancho chico fran kiko",
    "giovanni gianni vanni gio",
    "giuseppe beppe peppe pino",
    "guadalupe lupe lupita",
    "joao joão joaozinho",
    "jose josé pepe josep ze zé",
    "francesco franco cecco",
    "ignacio nacho",
    "manuel manolo manu lolo",
    "mariana mari ana nana",
    "rafael rafa rafi raf",
    "mehmet memo mehmed",
    "mustafa musti mustapha",
    "elif elifcan",
    "yusuf yusef yousef joseph",
    /* Arabic, Urdu, Bengali, Punjabi, Hindi, Somali, West African */
    "mohammed muhammad mohamed mohammad muhammed mohamad mohd mo moe hamada mahomed moha",
    "ahmed ahmad ahmet hamada",
    "abdullah abdul abdallah abdulla ab",
    "abdulrahman abdurrahman abdul rahman abdirahman",
    "ali aly alee",
    "aisha ayesha aysha aishah ish aicha ayse ayşe",
    "amina aminah ameena amna",
    "fatima fatimah fatma fati fatou fatema",
    "hassan hasan hass",
    "hussein hussain husain hossein hoss",
    "ibrahim ibby ibraheem abraham ebrahim ibz",
    "imran immy imi",
    "ismail ismael izzy esmail ishmael",
    "kareem karim kaz",
    "khadija khadijah kadija khadi dija",
    "khalid khaled",
    "layla leila laila leyla",
    "mariam maryam maria miriam mary maz",
    "mahmoud mahmud mehmood mahmood",
    "musa moussa moses mousa",
    "nadia nads nadya",
    "omar umar omer",
    "osman usman uthman othman oz",
    "rashid rasheed rash",
    "safiya saffi safiyya sofia",
    "saima saimah sai",
    "salma salmah sal",
    "samira sam sami sameera",
    "sana sanaa",
    "tariq tarek tarik taz",
    "yasmin yasmeen jasmine yas jas jaz jasmin",
    "youssef yusuf yousuf yousaf joseph",
    "zainab zaynab zeinab zee",
    "zahra zara zee zahrah",
    "aarav arav",
    "aditya adi aditi",
    "ananya anu ananna",
    "arjun arj",
    "gurpreet preet guri gurp",
    "harpreet preet harp harps",
    "jaspreet jas jass preet jassi",
    "manpreet mani preet manny manp",
    "simran sim simi simz",
    "balvinder bal bally balwinder",
    "kulwinder kully kuldip",
    "sukhdeep sukhi sukh",
    "priyanka priya pri",
    "rajesh raj rajiv rajan",
    "sandeep sandy sunny",
    "siddharth sid siddhartha",
    "vikram vik vicky vikas",
    "krishna krish kris",
    "lakshmi laxmi lucky",
    "nusrat nush nusi",
    "rahima rahi rumi",
    "shahida shahi",
    "tasnim taz tas",
    "abdirizak abdi",
    "oluwaseun seun",
    "oluwatobi tobi toby",
    "temitope temi tope",
    "chukwuemeka emeka",
    "chidinma chidi",
    "ayodele ayo dele",
    "kwame kwa",
    "xiaoming ming",
};

/* Given names of today without other forms, or whose short forms are all above. */
static const char GIVEN[] =
    "aaliyah aaron abdul abdulahi abel abu adaeze adam adele adil adnan adunni advik afia agata "
    "aiza "
    "akash akua alana albie aldo aleena alessandro alesha alfonso alina alisha alya amaan amaya "
    "amani amara amari ameer amelie amira amirah amit amna amrit anaya andreas andrzejek anika "
    "anil "
    "anisa anita anjali ansh antonia anwar aoife aria arianna ariana arlo armaan arnav arwen aryan "
    "asad asha asif asiya astrid atif aurelia aurora ava avery aylin azra beau benedict bilal "
    "bianca "
    "blake blessing bodhi bogdan bojan brandon brendan brianna bruno bryony callum camila carla "
    "carlos carlotta carys casey catalin cecilia cerys chantelle charis chiara chloe ciara cian "
    "claudia clement clementine cole colin corey craig curtis dakota damian damien dana daria "
    "darcy "
    "darius darren dawid debra deepak delilah dennis derek devon diana diego dilan dilys dina "
    "donna "
    "donovan duncan eduard efa eira elias elijah elina eliot elliot elliott ellis elodie eloise "
    "elora "
    "elowen elsa elvis emanuel emilio emilia emmanuel emre enzo eoin eric erica erik erin eryn "
    "esha "
    "esme esmé ethan eugenia fabian faisal farah farhan fatih fatoumata fawad felix ferdinand "
    "fergus "
    "fiona fraser freya gavin gaynor genevieve gethin gianna gisele giulia gloria gordon gracie "
    "gretel grzegorzek guillermo gustav habib hadi hadiya haider hallie hamish hamza hanif hareem "
    "haris haroon harley harleen harvey hayden hayley helen helena hermione hiba hira hugo humaira "
    "hussnain hywel iacob ibtisam idris ieuan igor ikra ilham ilyas iman inaaya inaya ines ingrid "
    "iqra irene irina isha ishaan isher ismael ivan ivana ivor iwan jada jaden jahid jake janine "
    "jannah jared jaxon jayden jayla jaylen jenson jerome joan joaquin joel jolene jordan jorge "
    "juan "
    "juanita judit julieta kai kamal kamil karen karina karol karolina kavya kayden kayla kaya "
    "keira "
    "keith kelly kelsey kendra kerry khalil kiana kian kiera kinga kira kiran klaudia konrad "
    "krystian "
    "kyle kylie lachlan laibah lara larisa latifa laszlo leah leila lennon leona leonie leroy "
    "lesley "
    "leyton lia lianne lidia logan lola lorenzo lorna lorraine louella luca lucian luciana lukas "
    "luna lydia lyra mabel maddison mahdi mahnoor maja malaika malik marcel marcos marek mariah "
    "marko "
    "marlon marta marwa marvin maryam mason matei mateo maya mehreen mehwish melania mercedes "
    "merve "
    "mihnea mikael mila milan milena milo mina minahil mira miriam mohsin moira mona monica "
    "montague "
    "muhammet muna munira myles myra nabil nadeem nafisa naomi narges nasir nasra navneet nayla "
    "neha "
    "neil nell nevaeh ngozi niall niamh nico nikita nikhil nikola nina nisha nithya noah noor "
    "noreen "
    "norma nova nuala nur nura odin ollie omari oren orla osama otis otto owain pablo parker "
    "patryk "
    "paul paula pauline pavel pedro petra petros pierre pooja prisha priyanka quentin rabia radu "
    "rafał rajan ralph ramona rania raquel rashida raul rayan reece reem rehan rehana reggie "
    "reuben "
    "rhodri rhona rhys riaz ricardo rida rihanna riley rio rishi rita riya robbie roberto rocco "
    "rodrigo roger rohan roisin róisín roksana roman romeo ronan rosa rosanna ross roya ruari "
    "ruben "
    "rufus ruth ryan saad saanvi sabah sabina sabrina sadia saffron sahar sahil sajid salim salman "
    "samaira samir samuela sandra sania santiago saoirse sarika savannah scarlett scott sean selin "
    "selina serena sergio seren shabnam shahid shakira shane shania shannon sharif shaun shayan "
    "sheila shelby shirley shreya sian siân sidra sienna silvia simone sinead sinéad sivan skyla "
    "sonia sonja sophina soraya stacey stefana suleman sultan sumaya summayah sunita svetlana "
    "sylvester sylvia syeda szabolcs taha tahir tahira talha talia tallulah tanisha tania tanya "
    "tara "
    "tasmin taylor tegan temperance tesni tia tiago tiana tiffany tobiah todd tomasina tracey "
    "travis "
    "trevor tristan troy tyler tyrone uma umair umaima umaiza usama valentina vanesa vera vidya "
    "vihaan "
    "viktor viktoria viktoriia violeta vivek vivian vivienne wahid waleed waqar warren wayne wendy "
    "wiktor wiktoria xavier yara yahya yannick yaseen yasin yasir yosef younis yuki yuna yuri "
    "yvette "
    "zaid zain zaina zaira zaynah zayn zeeshan zeynep ziad zidane zofie zoha zohra zoya zubair "
    "zuzana";

/* Which lines a form stands in: GArray of guint by folded form; made once, never changed. */
typedef struct index {
    GHashTable *lines;
    GPtrArray *groups; /* of GPtrArray of char * */
} Index;

static void note(Index *index, const char *form, guint line) {
    GArray *lines = g_hash_table_lookup(index->lines, form);
    if (lines == NULL) {
        lines = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(index->lines, (gpointer)form, lines);
    }
    g_array_append_val(lines, line);
}

static Index *make_index(void) {
    Index *index = g_new0(Index, 1);
    index->lines = g_hash_table_new(g_str_hash, g_str_equal);
    index->groups = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(GROUPS); i++) {
        g_auto(GStrv) forms = g_strsplit(GROUPS[i], " ", -1);
        GPtrArray *group = g_ptr_array_new();
        for (guint k = 0; forms[k] != NULL; k++) {
            char *form = names_fold(forms[k], -1);
            g_ptr_array_add(group, form);
            note(index, form, i);
        }
        g_ptr_array_add(index->groups, group);
    }
    g_auto(GStrv) given = g_strsplit(GIVEN, " ", -1);
    for (guint i = 0; given[i] != NULL; i++) {
        g_autofree char *form = names_fold(given[i], -1);
        if (!g_hash_table_contains(index->lines, form))
            g_hash_table_insert(index->lines, g_steal_pointer(&form), NULL);
    }
    return index;
}

static const Index *forms(void) {
    static gsize once = 0;
    if (g_once_init_enter(&once))
        g_once_init_leave(&once, (gsize)make_index());
    return (const Index *)once;
}

void nicknames_each(const char *word, void (*each)(const char *other, gpointer data),
                    gpointer data) {
    const GArray *lines = g_hash_table_lookup(forms()->lines, word);
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        const GPtrArray *group = g_ptr_array_index(forms()->groups, g_array_index(lines, guint, i));
        for (guint k = 0; k < group->len; k++)
            if (!g_str_equal(g_ptr_array_index(group, k), word))
                each(g_ptr_array_index(group, k), data);
    }
}

gboolean nicknames_known(const char *word) {
    return g_hash_table_contains(forms()->lines, word);
}
